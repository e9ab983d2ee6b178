"""The incident board: its models, the painting of cards, and the panel around them."""
