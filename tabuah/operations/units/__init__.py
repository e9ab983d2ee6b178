"""Units of the OPD: who they are, what they are doing, and where they were last known to be."""
