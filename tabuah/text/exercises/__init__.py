"""Sentences and labels about exercises."""
