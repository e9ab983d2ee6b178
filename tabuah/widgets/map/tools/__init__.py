"""Working tools of the map: measure, draw, select, identify, sector, pan and zoom."""
