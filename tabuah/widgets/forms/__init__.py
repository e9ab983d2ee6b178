"""Forms that are docked beside the map and never block it."""
