"""Live overlay of the map: markers, clusters, range rings and compared places."""
