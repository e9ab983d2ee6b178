"""Exercises in the window: the world that it shows, and the exercises that a supervisor leads."""
