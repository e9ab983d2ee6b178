"""Incidents: what they are, how entries change them, and what is decided about each change."""
