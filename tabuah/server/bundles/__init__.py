"""Bundles at the server: sealed boxes opened, entries that others carried admitted or kept aside."""
