"""Rules: data that define when readings raise alarms."""
