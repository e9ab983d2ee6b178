"""Texts about stations."""
