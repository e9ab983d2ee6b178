"""Maintenance: stations on which somebody works, so that what they measure meanwhile alarms nobody."""
