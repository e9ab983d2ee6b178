"""Bulletin widgets: earthquakes, warnings, volcanoes and the state of all data sources."""
