"""Trial runs of bulletin rules on the past bulletins in this console's journal."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from tabuah.gis.base_map_file import load_base_map
from tabuah.operations.bulletins.bulletin import Bulletin, subject_of_bulletin, volcanoes_in
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rule_trial import (
    BulletinHistory,
    BulletinTrial,
    build_bulletin_history,
    last_updated_at,
    try_bulletin_rule,
)
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Verdict
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.storage.cache.store import ConsoleStore

OnBulletinProgress = Callable[[int, int], None]  # bulletins done, bulletins in total
_REPORT_EVERY: Final = 50


def ignore_progress(_done: int, _of: int) -> None:
    """Ignore progress reports."""


def run_bulletin_trial(
    rule: BulletinRule,
    store: ConsoleStore,
    *,
    since: datetime,
    until: datetime,
    scope: ExerciseScope = REAL_WORLD,
    on_bulletin: OnBulletinProgress = ignore_progress,
) -> BulletinTrial:
    """Run a bulletin rule on the bulletins of a period, using the map that the server uses.

    Args:
        rule: the rule, in force or not.
        store: the console's store, which holds the journal.
        since: start of the period (UTC).
        until: end of the period (UTC).
        scope: the worlds whose bulletins are used.
        on_bulletin: called now and then with the progress; an exception from it ends the trial.
    """
    base_map = load_base_map()
    bulletins: tuple[Bulletin, ...] = (
        *scope.select(store.earthquakes()),
        *scope.select(store.warnings()),
        *volcanoes_in(store.volcanoes(), scope),
    )
    recent = [bulletin for bulletin in bulletins if last_updated_at(bulletin) >= since]
    return try_bulletin_rule(
        rule,
        _read_announcements(recent, store, on_bulletin),
        others=[other for other in store.bulletin_rules() if other.active],
        region=region_of(base_map),
        own_places=own_places(base_map),
        since=since,
        until=until,
    )


def _read_announcements(
    bulletins: list[Bulletin], store: ConsoleStore, on_bulletin: OnBulletinProgress
) -> Iterator[BulletinHistory]:
    for number, bulletin in enumerate(bulletins):
        if number % _REPORT_EVERY == 0:
            on_bulletin(number, len(bulletins))
        history = store.entries_of(subject_of_bulletin(bulletin))
        took_effect = (entry for entry, verdict in history if verdict in (Verdict.ACCEPTED, None))
        yield build_bulletin_history(bulletin, took_effect)
