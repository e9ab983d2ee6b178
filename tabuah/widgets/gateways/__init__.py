"""Widgets of gateways and their mappings."""
