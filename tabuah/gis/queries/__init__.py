"""Spatial queries on the map: nearby features, contents of an area, kecamatan and nagari covered by it."""
