"""Calls that became no incident: ghost, prank and information calls."""
