"""Parent events in the window."""
