"""Map import: dropped files, and the card with the progress of an import."""
