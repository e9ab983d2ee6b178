"""Sync: a session with the server, push, pull, the live stream, and when each happens."""
