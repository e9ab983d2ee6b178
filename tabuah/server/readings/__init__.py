"""Readings on the server: bulk ingest, storage, rule evaluation and broadcast to consoles."""
