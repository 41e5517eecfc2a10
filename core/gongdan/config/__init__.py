"""What people set up: settings, shops, groups, secrets, calendars."""
