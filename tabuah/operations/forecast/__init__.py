"""Forecasts of a river's stage for the next hours, fitted on that river's own past and held against it."""
