"""Outgoing notices: their settings, recipients and limits."""
