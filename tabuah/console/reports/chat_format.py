"""The form of chat messages for WhatsApp: bold marks, short lines, and a length that phones show whole."""

from typing import Final

from tabuah.console.reports.printable import clean_line

MAX_CHARACTERS: Final = 1_400  # characters; most phones collapse longer messages
_MAX_PART: Final = 220


def chat_message(parts: tuple[str, ...], foot: str) -> str:
    """Return the parts that are not empty, cut so that they and the foot have at most `MAX_CHARACTERS`."""
    text = "\n\n".join(part for part in parts if part)
    free = MAX_CHARACTERS - len(foot) - 2
    return f"{text if len(text) <= free else text[: free - 1].rstrip() + '…'}\n\n{foot}\n"


def bold(text: str) -> str:
    return f"*{text}*"


def chat_line(text: str) -> str:
    """Return one line without WhatsApp's format characters, which could end the bold of another text."""
    line = clean_line(text).replace("*", "").replace("~", "").replace("`", "")
    return line if len(line) <= _MAX_PART else line[: _MAX_PART - 1].rstrip() + "…"
