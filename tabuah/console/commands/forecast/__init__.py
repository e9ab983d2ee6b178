"""Commands about forecast."""
