"""Contacts on a console: their context and their table files."""
