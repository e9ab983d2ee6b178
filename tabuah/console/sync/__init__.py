"""Texts about synchronisation that read storage types."""
