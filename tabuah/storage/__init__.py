"""Storage and transfer of data: journal, cache, readings, blobs and sync."""
