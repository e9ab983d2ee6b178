"""Reusable Qt widgets that are given values and know no storage."""
