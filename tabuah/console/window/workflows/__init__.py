"""What people do in the window, one file for each: from the gesture to what is saved and told."""
