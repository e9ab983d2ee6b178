"""Reports as documents and the list of incidents as tables: values first, then PDF, text, spreadsheets and maps."""
