"""Units known to a console."""
