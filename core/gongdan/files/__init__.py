"""Tickets in files: taken in by a map of the columns, given out masked."""
