"""X: posts and direct messages, told by the account activity of one account."""
