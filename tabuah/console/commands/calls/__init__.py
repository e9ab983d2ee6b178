"""Commands of the call log."""
