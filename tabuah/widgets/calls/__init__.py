"""Widgets of the call log."""
