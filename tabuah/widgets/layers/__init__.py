"""The panel of layers: what is drawn, how strong, in which order, and what its colours mean."""
