"""Geography without windows: reference systems, geodesy, base maps, gazetteer and import."""
