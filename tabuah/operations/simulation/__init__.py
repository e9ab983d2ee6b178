"""Simulated sensors: readings of the regency's stations in a storm, an earthquake and on a calm day."""
