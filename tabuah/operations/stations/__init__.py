"""Stations and what they measure."""
