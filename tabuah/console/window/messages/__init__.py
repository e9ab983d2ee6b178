"""Incoming messages in the window."""
