"""What happened and what is about to: noted once, told to those who listen."""
