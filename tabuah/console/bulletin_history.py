"""The past that a rule about bulletins is tried on: what agencies told, as far as this console's journal has it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from tabuah.gis.basemap_file import load_basemap
from tabuah.operations.bulletins.folding import Bulletin, subject_of_bulletin
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.trial import BulletinTrial, Telling, last_told_at, telling_of, try_bulletin_rule
from tabuah.operations.entries import Verdict
from tabuah.storage.cache.store import ConsoleStore

OnBulletin = Callable[[int, int], None]  # how many bulletins are read, of how many
_TELL_EVERY: Final = 50


def tell_nobody(_done: int, _of: int) -> None:
    """Nobody waits for it."""


def try_on_bulletins(
    rule: BulletinRule,
    store: ConsoleStore,
    *,
    since: datetime,
    until: datetime,
    on_bulletin: OnBulletin = tell_nobody,
) -> BulletinTrial:
    """Play what was told between two moments to a rule, on the map that the server judges by.

    Args:
        rule: whether in force or not.
        store: whose journal is played.
        since: from when on what it raises is told (UTC).
        until: the last moment (UTC).
        on_bulletin: told now and then how far it is; what it raises ends the trial.
    """
    basemap = load_basemap()
    bulletins: tuple[Bulletin, ...] = (*store.earthquakes(), *store.warnings(), *store.volcanoes())
    recent = [bulletin for bulletin in bulletins if last_told_at(bulletin) >= since]
    return try_bulletin_rule(
        rule,
        _tellings(recent, store, on_bulletin),
        others=[other for other in store.bulletin_rules() if other.active],
        region=region_of(basemap),
        own_places=own_places(basemap),
        since=since,
        until=until,
    )


def _tellings(bulletins: list[Bulletin], store: ConsoleStore, on_bulletin: OnBulletin) -> Iterator[Telling]:
    for number, bulletin in enumerate(bulletins):
        if number % _TELL_EVERY == 0:
            on_bulletin(number, len(bulletins))
        history = store.entries_of(subject_of_bulletin(bulletin))
        took_effect = (entry for entry, verdict in history if verdict in (Verdict.ACCEPTED, None))
        yield telling_of(bulletin, took_effect)
