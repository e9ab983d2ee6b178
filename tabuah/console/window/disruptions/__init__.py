"""Disruptions in the window: list, forms and map layer."""
