"""Map layers as data: sources, styles, order, classification and computed surfaces."""
