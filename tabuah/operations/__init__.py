"""What a control room does, as values and pure functions: no I/O, no clock, no window."""
