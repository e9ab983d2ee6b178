"""The trays "Ditahan" and "Ditolak": what took no effect, and what a person decides about it."""
