"""Texts of after-action reports."""
