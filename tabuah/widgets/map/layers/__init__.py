"""Layer controls of the map: layers panel, legend, layer status and layer pictures."""
