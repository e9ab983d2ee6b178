"""How things are kept and moved: journal, cache, readings, blobs and sync."""
