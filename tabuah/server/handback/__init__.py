"""The hand-back: consoles return the records that a server lost when it was put back to an older copy."""
