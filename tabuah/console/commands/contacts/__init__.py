"""Commands of `tabuah contact`."""
