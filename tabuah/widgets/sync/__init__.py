"""Sync widgets: login form and the trays of held and rejected changes."""
