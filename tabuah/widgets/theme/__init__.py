"""Colours, type and spacing: the tokens every widget draws with."""
