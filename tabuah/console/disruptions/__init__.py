"""Disruptions of the console: their records, files and typed lines."""
