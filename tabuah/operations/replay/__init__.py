"""Replay: past states of a control room, and the events between them."""
