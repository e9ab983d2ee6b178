"""From a person's file to an attachment: what it is, made small, freed of what the camera added, with a thumbnail."""
