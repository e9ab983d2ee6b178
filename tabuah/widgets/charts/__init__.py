"""Charts of readings: station charts and sparklines."""
