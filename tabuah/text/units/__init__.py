"""Texts about units."""
