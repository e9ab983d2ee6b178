"""The profile of the regency in a data directory, and in a folder as people keep it."""
