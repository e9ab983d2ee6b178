"""Simulated sensors: what the regency's stations would measure in a storm, an earthquake and on a calm day."""
