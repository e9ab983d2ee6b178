"""Lets `python -m tabuah` be the `tabuah` command."""

from tabuah.console.commands.main import main

if __name__ == "__main__":
    main()
