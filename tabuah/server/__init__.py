"""The central server: admits entries, orders them, and delivers them to every console."""
