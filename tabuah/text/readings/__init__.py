"""Texts about readings and their retention."""
