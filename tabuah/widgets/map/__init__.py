"""The map: canvas, base map, live overlay, labels, decorations, legend and working tools."""
