"""Commands about parent events."""
