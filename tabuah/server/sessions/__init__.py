"""Who is there: passwords, sessions, devices and the grants to write."""
