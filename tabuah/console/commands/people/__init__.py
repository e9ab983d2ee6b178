"""Commands about accounts and log-in."""
