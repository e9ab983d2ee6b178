"""The duty roster as files, for commands and window alike."""
