"""Texts about attachments: photos and files."""
