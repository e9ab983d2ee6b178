"""Reports and exports: values first, then PDF, text, spreadsheets, messages and maps."""
