"""Entry point of `python -m tabuah`."""

from tabuah.console.commands.main import main

if __name__ == "__main__":
    main()
