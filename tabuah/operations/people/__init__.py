"""People: users, devices, grants and roles, folded from entries."""
