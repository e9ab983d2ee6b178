"""A console's own data: the GeoPackage with journal, outbox and folded state, its directory and its key."""
