"""Bulletins of agencies: earthquakes and warnings from feeds, volcano levels entered by hand."""
