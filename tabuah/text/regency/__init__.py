"""Sentences about the profile of the regency."""
