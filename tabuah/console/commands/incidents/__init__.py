"""Commands of `tabuah incident`."""
