"""Disruptions of lifelines: closed roads and bridges, outages of power, water and telecommunication."""
