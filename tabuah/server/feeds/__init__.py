"""Feeds: the server polls BMKG, journals new items, and raises an alarm when a feed fails."""
