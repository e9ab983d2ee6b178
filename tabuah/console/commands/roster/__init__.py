"""The `tabuah roster` commands."""
