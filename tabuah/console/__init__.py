"""The desktop application: the window, the command line, and the reports."""
