"""Texts about attachments that read storage types."""
