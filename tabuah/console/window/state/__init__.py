"""The console state of the window: snapshots, selection, connection and settings."""
