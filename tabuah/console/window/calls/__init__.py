"""The call log in the window."""
