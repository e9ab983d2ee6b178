"""Geography without Qt: reference systems, geodesy, base maps, gazetteer and import of map layers."""
