"""Texts about the map: measurements and layers."""
