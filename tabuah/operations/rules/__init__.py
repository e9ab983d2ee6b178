"""Rules: readable data that turn readings into alarms."""
