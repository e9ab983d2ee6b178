"""Records and tables of tasks, for commands and the window."""
