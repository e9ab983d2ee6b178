"""Content-addressed attachments: photos and other files, named by their SHA-256."""
