"""Texts about incidents: the timeline."""
