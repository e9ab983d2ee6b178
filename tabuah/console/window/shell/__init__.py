"""The main window: application, layout, commands, palette and services."""
