"""Map decorations: attribution, position, scale bar, watermark and hover card."""
