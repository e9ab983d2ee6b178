"""Trial runs of bulletin rules: identical on complete journals; missing history is reported."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.bulletin_samples import sample_earthquake, sample_warning
from support.console_stores import add_users, enrol, open_store, sync
from support.snapshot_transfer import apply_snapshot, build_snapshot

from tabuah.console.rules.bulletin_trial import run_bulletin_trial
from tabuah.operations.bulletins.drafts import issue_warning, report_earthquake
from tabuah.operations.bulletins.rule_trial import BulletinTrial
from tabuah.operations.people.roles import Role
from tabuah.server.administration import write_initial_rules
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore

NOW = datetime.now(UTC).replace(microsecond=0)


def tried(store: ConsoleStore, rule: str) -> BulletinTrial:
    wanted = next(each for each in store.bulletin_rules() if each.id == rule)
    return run_bulletin_trial(wanted, store, since=NOW - timedelta(days=30), until=NOW + timedelta(minutes=30))


def test_bulletin_trial_reports_history_missing_after_snapshot(tmp_path: Path) -> None:
    first = sample_earthquake(at=NOW - timedelta(hours=1))
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        write_initial_rules(journal)
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD, citra=Role.VIEWER)
        journal.append_drafts([report_earthquake("bmkg-1", first, exercise=False)])
        journal.append_drafts(
            [
                report_earthquake("bmkg-1", msgspec.structs.replace(first, magnitude=4.6), exercise=False),
                issue_warning(
                    sample_warning(sent=NOW, effective=NOW, expires=NOW + timedelta(hours=1)), exercise=False
                ),
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
            apply_snapshot(citra, journal, build_snapshot(journal, tmp_path / "snapshots"))
            for rule in ("gempa-dekat", "gempa-lokal", "peringatan-cuaca"):
                assert tried(ani, rule) == tried(budi, rule)
                assert len(tried(ani, rule).episodes) == 1
            late = tried(citra, "gempa-dekat")
            assert (len(late.episodes), late.bulletins, late.newest_only) == (0, 2, 2)
            assert len(tried(citra, "gempa-lokal").episodes) == 1


def test_bulletin_trial_stops_when_callback_raises(tmp_path: Path) -> None:
    def stop(_done: int, _of: int) -> None:
        raise InterruptedError

    with ServerJournal.open(tmp_path / "server") as journal:
        write_initial_rules(journal)
        add_users(journal, ani=Role.OPERATOR)
        journal.append_drafts([report_earthquake("bmkg-1", sample_earthquake(at=NOW), exercise=False)])
        with open_store(tmp_path / "ani") as ani:
            enrol(journal, ani, "ani")
            sync(ani, journal)
            (rule, *_others) = ani.bulletin_rules()
            since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
            with pytest.raises(InterruptedError):
                run_bulletin_trial(rule, ani, since=since, until=until, on_bulletin=stop)
