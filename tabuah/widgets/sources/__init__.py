"""What comes from elsewhere: earthquakes, warnings, volcanoes, and how the sources of all data fare."""
