"""All widgets with sample values of Kabupaten Solok, for looking at them and for the documentation."""
