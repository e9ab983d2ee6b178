"""Time slider of the replay: shown moment, event histogram, and playback controls."""
