"""Texts of the aid ledger."""
