"""Rule widgets: list, page, form and trial run."""
