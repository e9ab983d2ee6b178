"""The past that a rule is tried on: the same on each console that has all of it, and told where one has not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from bulletin_samples import quake, warning
from consoles import add_users, enrol, open_store, sync
from snapshot_room import load, make

from tabuah.console.bulletin_history import try_on_bulletins
from tabuah.operations.authority.roles import Role
from tabuah.operations.bulletins.gestures import issue_warning, report_earthquake
from tabuah.operations.bulletins.trial import BulletinTrial
from tabuah.server.administration import write_first_rules
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore

NOW = datetime.now(UTC).replace(microsecond=0)


def tried(store: ConsoleStore, rule: str) -> BulletinTrial:
    wanted = next(each for each in store.bulletin_rules() if each.id == rule)
    return try_on_bulletins(wanted, store, since=NOW - timedelta(days=30), until=NOW + timedelta(minutes=30))


def test_two_consoles_come_to_the_same_and_one_that_began_with_a_snapshot_says_what_it_lacks(tmp_path: Path) -> None:
    first = quake(at=NOW - timedelta(hours=1))
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        write_first_rules(journal)
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD, citra=Role.VIEWER)
        journal.append_own([report_earthquake("bmkg-1", first, exercise=False)])
        journal.append_own(
            [
                report_earthquake("bmkg-1", msgspec.structs.replace(first, magnitude=4.6), exercise=False),
                issue_warning(warning(sent=NOW, effective=NOW, expires=NOW + timedelta(hours=1)), exercise=False),
            ]
        )
        with (
            open_store(tmp_path / "ani") as ani,
            open_store(tmp_path / "budi") as budi,
            open_store(tmp_path / "citra") as citra,
        ):
            for user, store in (("ani", ani), ("budi", budi), ("citra", citra)):
                enrol(journal, store, user)
            sync(ani, journal)
            sync(budi, journal)
            load(citra, journal, make(journal, tmp_path / "snapshots"))
            for rule in ("gempa-dekat", "gempa-lokal", "peringatan-cuaca"):
                assert tried(ani, rule) == tried(budi, rule)
                assert len(tried(ani, rule).episodes) == 1
            late = tried(citra, "gempa-dekat")
            assert (len(late.episodes), late.bulletins, late.newest_only) == (0, 2, 2)
            assert len(tried(citra, "gempa-lokal").episodes) == 1


def test_a_trial_that_nobody_waits_for_ends_at_the_next_look(tmp_path: Path) -> None:
    def stop(_done: int, _of: int) -> None:
        raise InterruptedError

    with ServerJournal.open(tmp_path / "server") as journal:
        write_first_rules(journal)
        add_users(journal, ani=Role.OPERATOR)
        journal.append_own([report_earthquake("bmkg-1", quake(at=NOW), exercise=False)])
        with open_store(tmp_path / "ani") as ani:
            enrol(journal, ani, "ani")
            sync(ani, journal)
            (rule, *_others) = ani.bulletin_rules()
            since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
            with pytest.raises(InterruptedError):
                try_on_bulletins(rule, ani, since=since, until=until, on_bulletin=stop)
