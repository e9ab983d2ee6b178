"""Shell of the window: header bar, status bar, messages and command palette."""
