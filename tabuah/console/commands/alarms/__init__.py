"""Commands of `tabuah alarm`."""
