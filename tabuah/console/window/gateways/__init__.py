"""Gateways in the window: recorded messages, and the trial of mappings."""
