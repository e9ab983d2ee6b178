"""Commands about the aid ledger."""
