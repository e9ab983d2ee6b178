"""Readings: time series in hourly buckets, latest values, quarantine, and limit crossings."""
