"""Users, devices and sessions in the window: administration, passwords, and the lock screen."""
