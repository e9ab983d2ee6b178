"""Domain values and pure functions of a control room: no I/O, no clock, no Qt."""
