"""Texts of disruptions."""
