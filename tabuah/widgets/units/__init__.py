"""The list of units: by OPD or by how far each is from an incident."""
