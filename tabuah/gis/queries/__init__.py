"""Questions to the map: what is near, what lies inside, which kecamatan and nagari an area covers."""
