"""Texts of the call log."""
