"""Scheduled backups of a running server."""
