"""Widgets of parent events."""
