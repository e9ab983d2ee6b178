"""Exercises at a console: the replay of a past real day."""
