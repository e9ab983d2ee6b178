"""Exercises: drills and simulations, each a world of its own beside the real one."""
