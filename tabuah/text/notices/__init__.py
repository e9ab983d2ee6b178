"""Texts of outgoing notices."""
