"""Unit widgets: the list by OPD or by distance from an incident."""
