"""Commands of incoming messages."""
