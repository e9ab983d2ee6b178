"""Units of the OPD: identity, activity and last known position."""
