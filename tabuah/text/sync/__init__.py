"""Texts about the connection, verdicts, held and rejected entries, bundles and this device."""
