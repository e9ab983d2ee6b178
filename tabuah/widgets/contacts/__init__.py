"""Widgets of the directory of contacts."""
