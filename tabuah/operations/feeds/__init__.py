"""BMKG feeds: earthquakes, weather warnings (CAP 1.2), the nowcast list (RSS) and weather forecasts."""
