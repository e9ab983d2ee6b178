"""Backups of consoles and servers: online copies of databases, in a verified archive."""
