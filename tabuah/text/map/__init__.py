"""Texts about the map: measurements and layer imports."""
