"""Actions of the shift on duty."""
