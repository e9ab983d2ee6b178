"""The demonstration: a server, simulated sensors, a field office and the console, each as in real life."""
