"""Texts about rules: wording, problems, versions and trial results."""
