"""The profile of the regency: its journal entry and its checks."""
