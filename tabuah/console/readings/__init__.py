"""Readings from the server or from the local store."""
