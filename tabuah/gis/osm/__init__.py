"""Makes an offline base map, a GeoPackage, of an OpenStreetMap extract."""
