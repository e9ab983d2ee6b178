"""Files of the subject incidents."""
