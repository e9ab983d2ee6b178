"""Commands of the central server."""
