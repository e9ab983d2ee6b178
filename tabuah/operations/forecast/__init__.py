"""Forecasts of a river's stage for the next hours, fitted on its own history and verified against it."""
