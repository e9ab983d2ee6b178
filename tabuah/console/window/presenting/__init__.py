"""Domain values and the present moment in, display-ready values out; nothing here remembers or asks."""
