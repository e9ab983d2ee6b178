"""Shifts on duty (piket): who is on duty, the running log, promises, and the handover to the next shift."""
