"""Everything between a connector's call and its reply: encoded, paced, sent, retried, judged."""
