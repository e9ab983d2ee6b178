"""The aid ledger in the window: balances, lines and their form."""
