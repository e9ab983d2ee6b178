"""Stations, their files, health and position on a river."""
