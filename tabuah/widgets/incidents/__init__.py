"""Incident widgets: board and table, details panel, report form and conflict resolver."""
