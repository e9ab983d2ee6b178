"""Bundles at a console: written and taken over, and the work of other devices that it carries to the server."""
