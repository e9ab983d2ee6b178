"""Maintenance windows of stations, whose readings raise no alarms."""
