"""Feeds as a console shows them."""
