"""Commands about exercises."""
