"""Commands of `tabuah station`."""
