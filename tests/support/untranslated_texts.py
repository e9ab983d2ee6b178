"""Detection of texts without an Indonesian translation."""

import gettext

from tabuah.resources import localisation


class UntranslatedTexts(gettext.NullTranslations):
    """Fallback of the Indonesian catalogue: returns the English text and records it."""

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
    """Install the fallback in the Indonesian catalogue, which is loaded once a process."""
    catcher = UntranslatedTexts()
    localisation._translations("id").add_fallback(catcher)
    return catcher
