"""Map files of the cache: base map, layers and tiles."""
