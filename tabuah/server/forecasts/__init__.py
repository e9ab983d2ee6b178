"""Forecasts on the server: learnt once a day, issued with every reading of a gauge, kept to be verified."""
