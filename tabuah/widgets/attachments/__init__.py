"""Attachment thumbnails."""
