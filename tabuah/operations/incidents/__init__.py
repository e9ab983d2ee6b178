"""Incidents: state, entries, decisions and conflicts."""
