"""Commands about alarms."""
