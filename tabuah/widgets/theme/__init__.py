"""Colours, text styles, icons and spacing of both themes."""
