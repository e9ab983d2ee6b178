"""How entries come into the journal: checked, judged, ordered and saved by the one writer."""
