"""Widgets of tasks."""
