"""The demonstration: a real server, simulated sensors, a field office and the console."""
