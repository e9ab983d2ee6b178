"""Archives of raster map tiles in Web Mercator (EPSG:3857), read in place: MBTiles and PMTiles."""
