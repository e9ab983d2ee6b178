"""Texts of incoming messages."""
