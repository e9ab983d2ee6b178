"""Synchronisation: results of the exchange of bundles."""
