"""Texts of tasks."""
