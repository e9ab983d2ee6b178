"""The addresses from which users have logged in; those of gateways survive a restart."""

import logging
from collections import OrderedDict
from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.data_files import replace_private

log = logging.getLogger(__name__)

FILE_NAME: Final = "known-addresses.json"
MAX_PAIRS: Final = 10_000  # of a user and an address
MAX_OF_USER: Final = 20
_MAX_BYTES: Final = 4 * 1024 * 1024
_Pair = tuple[str, str]
_DECODER: Final = msgspec.json.Decoder(list[_Pair])


class KnownAddresses:
    """Pairs of a user and an address, the last used at the end. The caller serialises the calls.

    The file contains addresses of gateways only: those of people are personal data, and their devices prove a key.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Read the pairs of the file; without one they are in memory only."""
        self._file = file
        self._pairs: OrderedDict[_Pair, bool] = OrderedDict()  # the value: whether the file has it
        for user, address in _read(file):
            self._pairs[user, address] = True

    def __contains__(self, pair: _Pair) -> bool:
        return pair in self._pairs

    def add(self, user: str, address: str, *, is_gateway: bool) -> None:
        """Add a pair; the oldest ones of the user, then of all, make room for it."""
        pair = (user, address)
        is_saved = self._pairs.pop(pair, False)
        self._pairs[pair] = is_gateway or is_saved
        own = [each for each in self._pairs if each[0] == user]
        for each in own[:-MAX_OF_USER]:
            del self._pairs[each]
        while len(self._pairs) > MAX_PAIRS:
            self._pairs.popitem(last=False)
        if is_gateway and not is_saved:
            self._save()

    def _save(self) -> None:
        if self._file is None:
            return
        saved = [pair for pair, is_saved in self._pairs.items() if is_saved]
        try:
            replace_private(self._file, msgspec.json.encode(saved))
        except OSError as error:
            log.warning("the known addresses of gateways were not saved: %s", error)


def _read(file: Path | None) -> list[_Pair]:
    """Return the pairs of a file; none if it cannot be read, which only brings delays back."""
    if file is None or not file.exists():
        return []
    try:
        with file.open("rb") as opened:
            return _DECODER.decode(opened.read(_MAX_BYTES))[-MAX_PAIRS:]
    except (OSError, ValueError) as error:  # a msgspec error is a ValueError
        log.warning("the known addresses of gateways cannot be read: %s", error)
        return []
