"""Gateways: recorded messages, and the mappings in force."""
