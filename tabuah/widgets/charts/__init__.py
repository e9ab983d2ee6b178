"""Charts of readings: a station's day, and the small line beside a value."""
