"""Bundles at a console: export, import, and relay of other devices' work to the server."""
