"""Bulletins in the window: actions, view models and view updates."""
