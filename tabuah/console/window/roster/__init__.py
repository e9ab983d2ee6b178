"""The duty roster in the window."""
