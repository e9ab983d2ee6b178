"""Initial rules about earthquakes, warnings and volcanoes, and the migration of rules from an older `feeds.toml`."""

import logging
from collections.abc import Iterable

from tabuah.operations.bulletins.rules import (
    BulletinRule,
    default_earthquake_rules,
    default_volcano_rules,
    default_warning_rules,
)
from tabuah.operations.entries import subject_of
from tabuah.operations.feeds.sources import FILE_NAME, FeedSet
from tabuah.operations.rules.drafts import activate_rule
from tabuah.server.errors import UnusableFeeds
from tabuah.server.feeds.sources import load_feed_sources
from tabuah.server.journal import ServerJournal

log = logging.getLogger(__name__)


def write_initial_bulletin_rules(journal: ServerJournal, *, actor: str) -> tuple[str, ...]:
    """Journal the initial rules where there are none, and unjournalled rule tables of `feeds.toml`.

    A table is migrated once, by its name. From then on the journal holds the rule, also when it is
    retired.

    Returns:
        Ids of the rules that were written.

    Raises:
        UnusableFeeds: the journal has no rules, and the file, which may contain some, cannot be read.
        ServerError: nothing was saved.
    """
    known = journal.states_of_kind("bulletin_rule")
    try:
        described = load_feed_sources(journal.directory.path)
    except UnusableFeeds as error:
        if not known:
            raise
        log.warning("%s; rules in it are not migrated", error)
        return ()
    tables = described.rules
    first = () if known else _missing_defaults(described)
    written = tuple(rule for rule in (*tables, *first) if subject_of("bulletin_rule", rule.id) not in known)
    if written:
        journal.append_drafts([activate_rule(rule, known=None) for rule in written], actor=actor)
    _log_tables(tables, {rule.id for rule in written})
    return tuple(rule.id for rule in written)


def _missing_defaults(described: FeedSet) -> tuple[BulletinRule, ...]:
    """Return the default rules of each kind that the file does not define, as in earlier versions."""
    return (
        *(default_earthquake_rules() if described.earthquake_alarm is None else ()),
        *(default_warning_rules() if described.warning_alarm is None else ()),
        *default_volcano_rules(),
    )


def _log_tables(tables: Iterable[BulletinRule], written: set[str]) -> None:
    taken = [rule.id for rule in tables if rule.id in written]
    passed = [rule.id for rule in tables if rule.id not in written]
    if taken:
        log.warning("rules of %s were migrated to the journal: %s", FILE_NAME, ", ".join(taken))
    if passed:
        log.warning(
            "%s still contains rules that the journal now holds; they have no effect, remove these tables: %s",
            FILE_NAME,
            ", ".join(passed),
        )
