"""What people look at: the queue, searches, saved views, one ticket and its reasons."""
