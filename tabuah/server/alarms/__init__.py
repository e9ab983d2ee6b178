"""Time-driven changes of alarms: escalation, and the end of maintenance."""
