"""The `tabuah` command line; Qt is loaded only by the commands that draw."""
