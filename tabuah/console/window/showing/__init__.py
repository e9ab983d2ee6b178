"""From the room to the widgets: each file follows some parts of the room and redraws only its own views."""
