"""The alarms in a window of their own: groups, what is kept quiet, work on stations, and the figures."""
