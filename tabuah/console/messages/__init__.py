"""Records and tables of incoming messages, for commands and the window."""
