"""Attachments of entries."""
