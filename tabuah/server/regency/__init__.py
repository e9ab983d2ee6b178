"""The profile of the regency at the server."""
