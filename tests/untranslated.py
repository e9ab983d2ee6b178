"""Catches texts that were shown in Indonesian without having a translation."""

import gettext

from tabuah.resources import catalogue


class UntranslatedTexts(gettext.NullTranslations):
    """The last resort of the Indonesian catalogue: hands the English text back and remembers it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def gettext(self, message: str) -> str:
        self.seen.append(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.seen.append(msgid1)
        return msgid1 if n == 1 else msgid2


def install() -> UntranslatedTexts:
    """Put the catcher behind the Indonesian catalogue, which is loaded once for the process."""
    catcher = UntranslatedTexts()
    catalogue._translations("id").add_fallback(catcher)
    return catcher
