"""Parts that several subjects of the window use."""
