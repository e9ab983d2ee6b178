"""Commands of `tabuah map`."""
