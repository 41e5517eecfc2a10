"""What tickets are about."""
