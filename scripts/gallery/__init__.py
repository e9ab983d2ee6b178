"""Gallery of all widgets with sample values of Kabupaten Solok, for visual checks and the documentation."""
