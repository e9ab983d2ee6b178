"""Commands of `tabuah unit`."""
