"""Texts about contacts."""
