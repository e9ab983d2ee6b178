"""Commands about shifts on duty."""
