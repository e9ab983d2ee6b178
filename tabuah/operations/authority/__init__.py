"""Who may do what: users, devices, grants and roles, all folded from entries."""
