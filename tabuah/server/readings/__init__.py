"""Readings on the server: taken in bulk, kept, judged by the rules, and told to every console."""
