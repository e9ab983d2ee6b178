"""The ledger of needs and aid: lines that are corrected by further entries, and balances computed from them."""
