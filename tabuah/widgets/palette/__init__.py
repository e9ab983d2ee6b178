"""The command palette: finds and does anything."""
