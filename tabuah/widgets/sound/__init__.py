"""The sounds of alarms: made of plain tones, played by what the system has."""
