"""Receipts of outgoing notices in files."""
