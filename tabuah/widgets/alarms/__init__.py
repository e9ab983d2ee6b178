"""Alarm widgets: strip, alarms window with groups, suppression, maintenance and performance, and tones."""
