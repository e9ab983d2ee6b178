"""Texts about river forecasts."""
