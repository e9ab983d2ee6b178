"""The operator's window. It alone combines stored data with widgets."""
