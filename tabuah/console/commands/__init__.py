"""The `tabuah` command line; only commands that draw load Qt."""
