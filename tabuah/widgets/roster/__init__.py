"""Widgets of the duty roster."""
