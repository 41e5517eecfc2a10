"""Data as a person reads it: pure functions from values to lines."""
