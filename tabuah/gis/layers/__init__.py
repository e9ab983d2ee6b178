"""Map layers as data: what is drawn, from which source, in which look and order, and what values make of places."""
