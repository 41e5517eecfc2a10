"""Pictures that are kept, since their addresses end."""
