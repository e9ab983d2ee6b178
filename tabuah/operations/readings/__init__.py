"""Readings: values, quality control, retention, roll-ups and units."""
