"""Texts about feeds."""
