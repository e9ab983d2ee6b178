"""Preparation of attachments: type check, size reduction, removal of metadata, thumbnails."""
