"""Text about the duty roster."""
