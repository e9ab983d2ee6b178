"""Parent events: one flood with forty reports."""
