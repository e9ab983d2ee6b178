"""Upload and download of attachments."""
