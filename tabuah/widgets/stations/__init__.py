"""Station widgets: list, page, charts and files."""
