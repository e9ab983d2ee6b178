"""Tasks of incidents: what a person, unit or office does until when, and dispositions to an OPD with a receipt."""
