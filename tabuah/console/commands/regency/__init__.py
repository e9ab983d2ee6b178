"""Commands about the profile of the regency."""
