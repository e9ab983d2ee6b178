"""Bundles: files that carry unsynced entries, journal records and sealed photos between devices."""
