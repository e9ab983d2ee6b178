"""Incidents on a console: entries of reports, and saved views of their list."""
