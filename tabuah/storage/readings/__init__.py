"""Readings: series in buckets of hours, the newest of each, what was set aside, and the crossings of limits."""
