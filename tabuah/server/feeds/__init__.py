"""Feeds: the server asks BMKG, journals what came, and tells when a feed is dead; a dead feed never looks quiet."""
