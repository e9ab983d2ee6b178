"""Records and tables of calls, for commands and the window."""
