"""Rule trials at a console."""
