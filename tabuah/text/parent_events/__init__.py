"""Texts of parent events."""
