"""Bundles on the server: entries carried by others are admitted or quarantined, sealed attachments are opened."""
