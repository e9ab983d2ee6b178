"""Texts about maintenance."""
