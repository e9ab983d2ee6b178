"""Offline base map (GeoPackage) from an OpenStreetMap extract."""
