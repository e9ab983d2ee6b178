"""Data files of the package: map data, icons, fonts, translations, templates and styles."""
