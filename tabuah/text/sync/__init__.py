"""Texts about verdicts, deferred entries and connection errors."""
