"""The rules about earthquakes, warnings and volcanoes as a server begins with them, and those of an older file."""

import logging
from collections.abc import Iterable

from tabuah.operations.bulletins.default_rules import (
    default_earthquake_rules,
    default_volcano_rules,
    default_warning_rules,
)
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_of
from tabuah.operations.feeds.sources import FILE_NAME, FeedSet
from tabuah.operations.rules.gestures import put_into_force
from tabuah.server.errors import UnusableFeeds
from tabuah.server.feeds.sources import described_feeds
from tabuah.server.journal import ServerJournal

log = logging.getLogger(__name__)


def write_first_bulletin_rules(journal: ServerJournal, *, actor: str) -> tuple[str, ...]:
    """Journal the first rules where there are none, and each table of `feeds.toml` whose rule nobody has written yet.

    A table is taken over once, by its name: from then on the journal says what the rule is, also that it is retired.

    Returns:
        The ids of the rules that were written.

    Raises:
        UnusableFeeds: there are no rules yet, and nobody knows whether the file holds some: it cannot be read.
        ServerError: nothing was saved.
    """
    known = journal.states_of_kind("bulletin_rule")
    try:
        described = described_feeds(journal.directory.path)
    except UnusableFeeds as error:
        if not known:
            raise
        log.warning("%s; rules that it may hold are not taken over", error)
        return ()
    tables = described.rules
    first = () if known else _first_beside(described)
    written = tuple(rule for rule in (*tables, *first) if subject_of("bulletin_rule", rule.id) not in known)
    if written:
        journal.append_own([put_into_force(rule, known=None) for rule in written], actor=actor)
    _tell_of_tables(tables, {rule.id for rule in written})
    return tuple(rule.id for rule in written)


def _first_beside(described: FeedSet) -> tuple[BulletinRule, ...]:
    """The first rules of each sort that the file says nothing about, as it had always been."""
    return (
        *(default_earthquake_rules() if described.earthquake_alarm is None else ()),
        *(default_warning_rules() if described.warning_alarm is None else ()),
        *default_volcano_rules(),
    )


def _tell_of_tables(tables: Iterable[BulletinRule], written: set[str]) -> None:
    taken = [rule.id for rule in tables if rule.id in written]
    passed = [rule.id for rule in tables if rule.id not in written]
    if taken:
        log.warning("rules of %s were taken over into the journal: %s", FILE_NAME, ", ".join(taken))
    if passed:
        log.warning(
            "%s still names rules that stand in the journal, where alone they count; take these tables out: %s",
            FILE_NAME,
            ", ".join(passed),
        )
