"""Trials of rules on the readings of the server, each in a process of its own."""
