"""Sync: the session with the server, push, pull, the live stream, and their schedule."""
