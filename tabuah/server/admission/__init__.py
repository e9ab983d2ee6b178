"""Admission of entries to the journal: checked, decided, ordered and saved by a single writer."""
