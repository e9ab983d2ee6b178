"""The directory of contacts in the window."""
