"""The aid ledger of the console: its records and files."""
