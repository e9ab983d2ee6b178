"""Files about the regency, for commands and the window."""
