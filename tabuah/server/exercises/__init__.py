"""Exercises on the server."""
