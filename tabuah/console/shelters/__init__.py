"""Shelters of the console: their records and files."""
