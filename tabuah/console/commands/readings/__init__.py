"""Commands about readings."""
