"""Texts about incidents: titles, places, figures and the timeline."""
