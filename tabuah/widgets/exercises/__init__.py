"""Widgets of exercises: the frame, the banner, the notice of a real alarm, and the list."""
