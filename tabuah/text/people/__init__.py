"""Texts about roles and permissions."""
