"""What was done, counted."""
