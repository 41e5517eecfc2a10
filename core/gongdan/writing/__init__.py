"""What is written to buyers and platforms, before it is queued."""
