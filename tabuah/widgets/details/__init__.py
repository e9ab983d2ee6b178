"""The details panel of one incident and its parts."""
