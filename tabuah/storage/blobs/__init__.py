"""Attachments by their content: photos and other files, named by their SHA-256."""
