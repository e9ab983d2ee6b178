"""The window: the one place that knows both what is stored and what is shown."""
