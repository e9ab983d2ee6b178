"""Incidents on the server: who is editing one just now."""
