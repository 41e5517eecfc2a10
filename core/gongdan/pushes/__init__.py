"""What platforms tell by themselves."""
