"""Messages that gateways deliver: their route, mappings, limits and admission."""
