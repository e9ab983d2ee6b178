"""Texts of shelters."""
