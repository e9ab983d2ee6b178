"""The central server: admits entries, orders them, and hands them to every console."""
