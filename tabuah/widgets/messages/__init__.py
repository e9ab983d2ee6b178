"""Widgets of incoming messages."""
