"""Text about gateways and their mappings."""
