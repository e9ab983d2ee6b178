"""Texts about earthquakes, weather warnings and volcano levels."""
