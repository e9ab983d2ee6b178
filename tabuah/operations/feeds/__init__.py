"""What BMKG publishes, read with care: earthquakes, weather warnings (CAP 1.2) and the nowcast list (RSS)."""
