"""Files of stations: CSV and XLSX tables for import, export and template."""
