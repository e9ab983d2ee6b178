"""Commands about map."""
