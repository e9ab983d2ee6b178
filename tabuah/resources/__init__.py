"""Everything that ships beside the code: map data, icons, fonts, translations, templates and styles."""
