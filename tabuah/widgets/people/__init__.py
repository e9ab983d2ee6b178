"""Widgets of users, devices and the lock screen."""
