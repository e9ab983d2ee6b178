"""Exercises: drills and simulations, each in a world that is separate from the real one."""
