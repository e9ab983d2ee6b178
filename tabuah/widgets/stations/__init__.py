"""The page of one station: how it is, what it measures now and measured before, and what it is held against."""
