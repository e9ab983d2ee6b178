"""Receipts of outgoing notices in the window."""
