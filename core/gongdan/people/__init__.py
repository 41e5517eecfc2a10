"""What people do with tickets, and what is noted of it."""
