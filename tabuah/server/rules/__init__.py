"""Trial runs of rules on the server's readings, each in its own process."""
