"""Snapshots of the journal: made in the background, stored as files, sent to consoles that are new or far behind."""
