"""Users and devices: passwords, sessions, enrolment, grants and access control."""
