"""The window of the shift on duty: log, promises and handover."""
