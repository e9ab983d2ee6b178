"""Base map: layers, tiles and surfaces painted into one cached picture."""
