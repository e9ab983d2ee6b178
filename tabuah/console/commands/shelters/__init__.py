"""Commands about shelters and posts."""
