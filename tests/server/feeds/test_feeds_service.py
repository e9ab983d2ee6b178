"""Feeds: items are journalled once, and failures are recorded with their feed. Only this machine is polled."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support.feed_server import FeedServer, cap, feed_server, guid, latest, list_of, rss
from support.readings_fixture import Clock
from support.wait import wait_until_true

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.bulletin import TALANG
from tabuah.operations.bulletins.drafts import level_volcano
from tabuah.operations.bulletins.entry_bodies import VolcanoLevelled, Withdrawal
from tabuah.operations.entries import Draft
from tabuah.operations.feeds.alert_choice import AlertChoice
from tabuah.operations.feeds.feed_health import FeedHealth, FeedState
from tabuah.operations.feeds.sources import FeedContent, FeedSet, FeedSource, read_sources
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel
from tabuah.operations.messages.alert import AlertEnd
from tabuah.operations.people.roles import SERVER_ONLY
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.server.errors import StorageFull, UnusableFeeds
from tabuah.server.feeds import fetcher, poller
from tabuah.server.feeds.fetcher import RateLimiter
from tabuah.server.feeds.initial_rules import write_initial_bulletin_rules
from tabuah.server.feeds.service import FeedsService
from tabuah.server.feeds.sources import load_feed_sources, write_sample_sources
from tabuah.server.journal import ServerJournal

AUTO, NOWCAST, FORECAST = "/autogempa.json", "/rss.xml", "/prakiraan"


@dataclass
class Ticks:
    """A monotonic clock that stands still until a test advances it."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class FeedsSession:
    """A feeds service without its thread: the test runs every poll."""

    service: FeedsService
    journal: ServerJournal
    clock: Clock
    ticks: Ticks = field(default_factory=Ticks)

    def turn(self, minutes: float = 0) -> None:
        """Advance the time, poll the feeds that are due, and update the alarms."""
        self.clock.go(minutes)
        self.ticks.now_s += minutes * 60
        self.service.poll_due()
        self.service.update_alarms()

    def health(self, name: str = "auto") -> FeedHealth:
        return next(feed for feed in self.service.health().feeds if feed.name == name)

    def values(self, kind: str) -> list:
        return [state.value for state in self.journal.states_of_kind(kind).values()]

    def alarms(self) -> list[Alarm]:
        return sorted(self.values("alarm"), key=lambda alarm: alarm.onset_at)

    def up(self) -> list[str]:
        return sorted(alarm.rule for alarm in self.alarms() if alarm.is_active)


@pytest.fixture
def site() -> Iterator[FeedServer]:
    with feed_server() as site:
        yield site


def sources(site: FeedServer, **changes) -> FeedSet:
    made = [
        FeedSource(
            name="auto", content=FeedContent.EARTHQUAKES, url=site.url + AUTO, every_s=60, changes_within_h=48
        ),
        FeedSource(name="nowcast", content=FeedContent.WARNINGS, url=site.url + NOWCAST, every_s=60, province="13"),
    ]
    return FeedSet(feed=tuple(feed for feed in made if not changes or feed.name in changes["only"]))


@contextmanager
def desk(directory: Path, feeds: FeedSet, clock: Clock | None = None) -> Iterator[FeedsSession]:
    clock, ticks = clock or Clock(), Ticks()
    with ServerJournal.open(directory, clock=clock) as journal:
        write_initial_bulletin_rules(journal, actor="administrator")
        service = FeedsService(journal, feeds, asking=True, clock_s=ticks)
        service.load()
        try:
            yield FeedsSession(service, journal, clock, ticks)
        finally:
            service.stop()


@pytest.fixture
def quakes(tmp_path: Path, site: FeedServer) -> Iterator[FeedsSession]:
    site.put(AUTO, latest())
    with desk(tmp_path / "server", sources(site, only=("auto",))) as made:
        yield made


@pytest.fixture
def warnings(tmp_path: Path, site: FeedServer) -> Iterator[FeedsSession]:
    site.put("/cap/1.xml", cap(1))
    site.put(NOWCAST, rss(site.url, 1))
    with desk(tmp_path / "server", sources(site, only=("nowcast",))) as made:
        yield made


# Earthquakes


def test_earthquake_is_journalled_once_and_raises_alarm(quakes: FeedsSession):
    quakes.turn()
    head = quakes.journal.head().seq
    for _again in range(3):
        quakes.turn(2)
    assert [quake.id for quake in quakes.values("earthquake")] == ["bmkg-20261124072005"]
    assert quakes.up() == ["gempa-dekat"]
    assert quakes.journal.head().seq == head
    assert (quakes.health().new, quakes.health().state) == (1, FeedState.WORKING)


def test_earthquake_correction_may_clear_the_alarm(quakes: FeedsSession, site: FeedServer):
    quakes.turn()
    site.put(AUTO, latest(Magnitude="3.2"))
    quakes.turn(2)
    found = quakes.values("earthquake")
    assert (len(found), found[0].revisions, found[0].latest.magnitude) == (1, 1, 3.2)
    assert quakes.up() == []
    assert (quakes.health().new, quakes.health().revised) == (1, 1)


def test_earthquake_correction_may_raise_a_worse_alarm(quakes: FeedsSession, site: FeedServer):
    quakes.turn()
    site.put(AUTO, latest(Dirasakan="V Kubung"))
    quakes.turn(2)
    assert quakes.up() == ["gempa-dirasakan-kuat"]
    assert len(quakes.alarms()) == 2


def test_disagreeing_feeds_do_not_alternate(tmp_path: Path, site: FeedServer):
    first = FeedSource(name="auto", content=FeedContent.EARTHQUAKES, url=site.url + AUTO, every_s=60)
    second = FeedSource(name="felt", content=FeedContent.EARTHQUAKES, url=f"{site.url}/felt.json", every_s=60)
    site.put(AUTO, latest(Magnitude="5.1"))
    site.put("/felt.json", list_of({"Magnitude": "5.0", "Dirasakan": "III Solok"}))
    with desk(tmp_path / "server", FeedSet(feed=(first, second))) as both:
        both.turn()
        head = both.journal.head().seq
        both.turn(2)
        both.turn(2)
        (quake,) = both.values("earthquake")
        assert ([account.feed for account in quake.accounts], quake.revisions) == (["auto", "felt"], 0)
        assert both.journal.head().seq == head


def test_two_shocks_within_a_minute_stay_separate(tmp_path: Path, site: FeedServer):
    second = {"DateTime": "2026-11-24T07:20:45+00:00", "Jam": "14:20:45 WIB", "Magnitude": "4.9"}
    site.put(AUTO, list_of({}, second))
    with desk(tmp_path / "server", sources(site, only=("auto",))) as made:
        for _again in range(3):
            made.turn(2)
        assert sorted(quake.revisions for quake in made.values("earthquake")) == [0, 0]


def test_second_shock_does_not_revise_the_first(tmp_path: Path, site: FeedServer):
    second = {"DateTime": "2026-11-24T07:20:45+00:00", "Jam": "14:20:45 WIB", "Magnitude": "4.9"}
    site.put(AUTO, list_of({}, second))
    with desk(tmp_path / "server", sources(site, only=("auto",))) as made:
        made.turn(2)
        head = made.journal.head().seq
        site.put(AUTO, list_of(second))
        made.turn(2)
        assert made.journal.head().seq == head


def test_restored_report_raises_its_alarm_again(quakes: FeedsSession, site: FeedServer):
    for magnitude in ("5.1", "3.2", "5.1"):
        site.put(AUTO, latest(Magnitude=magnitude))
        quakes.turn(2)
        assert quakes.up() == (["gempa-dekat"] if magnitude == "5.1" else [])
    assert len(quakes.alarms()) == 2


def test_distant_earthquake_is_kept_without_alarm(quakes: FeedsSession, site: FeedServer):
    far = {"Coordinates": "-8.51,123.27", "Lintang": "8.51 LS", "Bujur": "123.27 BT", "Magnitude": "7.1"}
    site.put(AUTO, latest(**far))
    quakes.turn()
    assert len(quakes.values("earthquake")) == 1
    assert quakes.alarms() == []


def test_exercise_feed_is_marked_and_kept_apart(tmp_path: Path, site: FeedServer):
    real = FeedSource(name="auto", content=FeedContent.EARTHQUAKES, url=site.url + AUTO, every_s=60)
    drill = FeedSource(
        name="drill", content=FeedContent.EARTHQUAKES, url=f"{site.url}/drill.json", every_s=60, exercise=True
    )
    site.put(AUTO, latest())
    site.put("/drill.json", latest(Magnitude="7.9"))
    with desk(tmp_path / "server", FeedSet(feed=(real, drill))) as both:
        both.turn()
        assert {(q.id, q.exercise, q.latest.magnitude) for q in both.values("earthquake")} == {
            ("bmkg-20261124072005", False, 5.1),
            ("drill-bmkg-20261124072005", True, 7.9),
        }
        assert {(alarm.rule, alarm.exercise) for alarm in both.alarms()} == {
            ("gempa-dekat", False),
            ("gempa-kuat-dekat", True),
        }


def test_earthquake_alarm_expires_for_good(tmp_path: Path, site: FeedServer):
    site.put(AUTO, latest())
    clock = Clock()
    with desk(tmp_path / "server", sources(site, only=("auto",)), clock) as made:
        made.turn()
        made.turn(13 * 60)
        assert made.up() == []
    with desk(tmp_path / "server", sources(site, only=("auto",)), clock) as again:
        again.turn()
        assert len(again.alarms()) == 1
        assert again.health().new == 1  # counts survive the restart


def test_feed_alarm_survives_restart(tmp_path: Path, site: FeedServer):
    site.put(AUTO, latest())
    clock = Clock()
    for _start in range(2):
        with desk(tmp_path / "server", sources(site, only=("auto",)), clock) as made:
            made.turn(5)
            assert made.up() == ["gempa-dekat"]
            assert len(made.alarms()) == 1


# Warnings


def test_warning_is_fetched_once_and_expires(warnings: FeedsSession, site: FeedServer):
    warnings.turn()
    warnings.turn(2)
    assert site.paths().count("/cap/1.xml") == 1
    (warning,) = warnings.values("warning")
    assert warning.issued.kecamatan == ("KUBUNG", "GUNUNG TALANG")
    assert warnings.up() == ["peringatan-cuaca"]
    warnings.turn(120)
    assert warnings.up() == []


def test_chosen_warnings_become_messages_and_are_ended(tmp_path: Path, site: FeedServer):
    site.put("/cap/1.xml", cap(1))
    site.put(NOWCAST, rss(site.url, 1))
    (nowcast,) = sources(site, only=("nowcast",)).feed
    feeds = FeedSet(feed=(replace(nowcast, messages=AlertChoice()),))
    with desk(tmp_path / "server", feeds) as found:
        found.turn()
        found.turn(2)
        (message,) = found.values("message")
        assert (message.account, message.is_waiting) == ("feed/nowcast", True)
        site.put("/cap/3.xml", cap(3, message="Cancel", references=(1,)))
        site.put(NOWCAST, rss(site.url, 1, 3))
        found.turn(2)
        ended = next(each for each in found.values("message") if each.id == message.id)
        assert ended.alert_closure.end is AlertEnd.CANCELLED
        assert len(found.values("warning")) == 2


def test_warnings_are_no_messages_without_a_choice(warnings: FeedsSession):
    warnings.turn()
    assert warnings.values("message") == []


def test_warnings_of_other_provinces_are_skipped(warnings: FeedsSession, site: FeedServer):
    site.put(NOWCAST, rss(site.url, 1, province="75"))
    warnings.turn()
    assert site.paths() == [NOWCAST]
    assert warnings.health("nowcast").state is FeedState.WORKING


def test_warning_update_replaces_and_cancellation_ends(warnings: FeedsSession, site: FeedServer):
    warnings.turn()
    site.put("/cap/2.xml", cap(2, message="Update", references=(1,)))
    site.put(NOWCAST, rss(site.url, 1, 2))
    warnings.turn(2)
    known = {warning.id: warning for warning in warnings.values("warning")}
    assert (known[guid(1)].withdrawal, known[guid(1)].withdrawn_by) == (Withdrawal.UPDATED, guid(2))
    assert [a.parameter for a in warnings.alarms() if a.is_active] == [f"warning/{guid(2)}"]
    site.put("/cap/3.xml", cap(3, message="Cancel", references=(2,)))
    site.put(NOWCAST, rss(site.url, 3))
    warnings.turn(2)
    assert warnings.up() == []
    known = {warning.id: warning for warning in warnings.values("warning")}
    assert known[guid(2)].withdrawal is Withdrawal.CANCELLED


def test_warning_after_its_cancellation_is_withdrawn(warnings: FeedsSession, site: FeedServer):
    site.put("/cap/3.xml", cap(3, message="Cancel", references=(1,)))
    site.put(NOWCAST, rss(site.url, 3))
    warnings.turn()
    site.put(NOWCAST, rss(site.url, 1, 3))
    warnings.turn(2)
    known = {warning.id: warning for warning in warnings.values("warning")}
    assert known[guid(1)].withdrawal is Withdrawal.CANCELLED
    assert warnings.alarms() == []


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_warning_with_exercise_status_is_an_exercise(warnings: FeedsSession, site: FeedServer, status: str):
    site.put("/cap/1.xml", cap(1, status=status))
    warnings.turn()
    assert [(warning.exercise) for warning in warnings.values("warning")] == [True]
    assert all(alarm.exercise for alarm in warnings.alarms())


def test_exercise_warning_never_withdraws_real_warning(warnings: FeedsSession, site: FeedServer):
    warnings.turn()
    site.put("/cap/2.xml", cap(2, message="Cancel", status="Exercise", references=(1,)))
    site.put(NOWCAST, rss(site.url, 1, 2))
    warnings.turn(2)
    known = {warning.id: warning for warning in warnings.values("warning")}
    assert known[guid(1)].withdrawal is None
    assert warnings.up() == ["peringatan-cuaca"]


def test_unreachable_warning_is_retried_and_reported(warnings: FeedsSession, site: FeedServer):
    site.put("/cap/1.xml", b"", status=500)
    site.put(NOWCAST, rss(site.url, 1), ETag='"a"')
    warnings.turn()
    health = warnings.health("nowcast")
    assert (health.state, "peringatan cuaca" in health.error) == (FeedState.FAILING, True)
    site.put("/cap/1.xml", cap(1))
    warnings.turn(2)
    assert len(warnings.values("warning")) == 1
    assert warnings.health("nowcast").state is FeedState.WORKING


def test_removed_warning_stops_failing_the_feed(warnings: FeedsSession, site: FeedServer):
    del site.answers["/cap/1.xml"]
    warnings.turn()
    assert warnings.health("nowcast").state is FeedState.FAILING
    for _hour in range(7):
        warnings.turn(60)
    assert (warnings.health("nowcast").state, warnings.health("nowcast").set_aside) == (FeedState.WORKING, 1)


def test_unreadable_warning_does_not_block_others(warnings: FeedsSession, site: FeedServer, tmp_path: Path):
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><alert>&b;</alert>'
    site.put("/cap/2.xml", bomb)
    site.put(NOWCAST, rss(site.url, 2, 1))
    warnings.turn()
    warnings.turn(2)
    health = warnings.health("nowcast")
    assert [warning.id for warning in warnings.values("warning")] == [guid(1)]
    assert (health.set_aside, site.paths().count("/cap/2.xml")) == (1, 1)
    assert "entitas" in health.asides[0].reason
    assert (tmp_path / "server/feeds-aside/nowcast.bin").read_bytes() == bomb


# Forecasts


def test_weather_forecast_is_shown_but_not_journalled(tmp_path: Path, site: FeedServer):
    step = {"datetime": "2026-11-24T10:00:00Z", "t": 22, "tp": 3.5, "weather_desc": "Hujan Ringan"}
    place = {"adm4": "13.02.07.2006", "desa": "Batang Barus", "lon": 100.59, "lat": -0.99}
    site.put(FORECAST, json.dumps({"lokasi": place, "data": [{"cuaca": [[step]]}]}).encode())
    feed = FeedSource(name="auto", content=FeedContent.FORECAST, url=site.url + FORECAST)
    with desk(tmp_path / "server", FeedSet(feed=(feed,))) as made:
        head = made.journal.head().seq
        made.turn()
        assert made.health().said == ("24 Nov 2026 17.00 WIB · Hujan Ringan · 3,5 mm · 22 °C",)
        assert made.journal.head().seq == head


# Failures


def damaged(at: int, noise: bytes) -> bytes:
    return latest()[:at] + noise + latest()[at + 3 :]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.sampled_from([latest(), rss("http://x", 1), cap(1), b"<rss/>", b"{}", b"[" * 5000]),
        st.builds(damaged, st.integers(0, 400), st.binary(max_size=9)),
    ),
    status=st.sampled_from([200, 200, 200, 204, 206, 301, 304, 400, 404, 418, 500, 511]),
    content=st.sampled_from(list(FeedContent)),
)
def test_any_response_is_recorded_without_crash(
    tmp_path: Path, site: FeedServer, body: bytes, status: int, content: FeedContent
):
    site.put("/any", body, status=status)
    directory = tmp_path / "server"
    feed = FeedSource(name="auto", content=content, url=f"{site.url}/any")
    with desk(directory, FeedSet(feed=(feed,))) as made:
        made.turn()
        health = made.health()
        assert health.state in (FeedState.WORKING, FeedState.FAILING)
        assert (health.state is FeedState.WORKING) == (health.error == "")
        assert "Error:" not in health.error, health.error  # the mark of a bug


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<html><body>Selamat datang di Wi-Fi</body></html>", "halaman web"),
        (latest()[:-15], "tidak lengkap"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[]", "gempa"),
        (latest(Coordinates="100.66,-0.85"), "100.66"),
        (b" " * (fetcher.MAX_BYTES + 10), "10 MB"),
        (b"", "kosong"),
    ],
)
def test_invalid_feed_becomes_an_alarm_after_time(quakes: FeedsSession, site: FeedServer, body: bytes, word: str):
    quakes.turn()
    site.put(AUTO, body)
    quakes.turn(2)
    health = quakes.health()
    assert (health.state, word in health.error) == (FeedState.FAILING, True), health.error
    assert "feed" not in quakes.up()
    for _try in range(4):
        quakes.turn(10)
    assert quakes.health().state is FeedState.LOST
    assert "feed" in quakes.up()
    alarm = next(alarm for alarm in quakes.alarms() if alarm.rule == "feed")
    assert (alarm.severity, alarm.cause) == (AlarmSeverity.HIGH, "link/auto")
    assert alarm.onset_at < quakes.clock.now - timedelta(minutes=30)
    assert word in alarm.reason
    site.put(AUTO, latest())
    quakes.turn(20)
    assert (quakes.health().state, quakes.health().error) == (FeedState.WORKING, "")
    assert "feed" not in quakes.up()


def test_fetcher_aborts_large_responses(quakes: FeedsSession, site: FeedServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetcher, "MAX_BYTES", 100)
    quakes.turn()
    assert "jawabannya lebih dari" in quakes.health().error
    assert quakes.values("earthquake") == []


def test_fetcher_reports_gone_address_as_moved(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, b"", status=404)
    quakes.turn()
    assert "pindah" in quakes.health().error
    assert quakes.values("earthquake") == []


def test_fetcher_reports_unreachable_site(tmp_path: Path):
    nobody = FeedSource(name="auto", content=FeedContent.EARTHQUAKES, url="http://127.0.0.1:9/x.json")
    with desk(tmp_path / "server", FeedSet(feed=(nobody,))) as made:
        made.turn()
        assert made.health().state is FeedState.FAILING
        assert made.health().error


def test_unchanged_feed_becomes_frozen_and_raises_alarm(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, latest(), ETag='"same"')
    quakes.turn()
    for _hour in range(47):
        quakes.turn(60)
    assert quakes.health().state is FeedState.WORKING
    assert quakes.health().unchanged > 40
    quakes.turn(90)
    assert quakes.health().state is FeedState.FROZEN
    assert quakes.up() == ["feed"]
    alarm = next(alarm for alarm in quakes.alarms() if alarm.rule == "feed")
    assert (alarm.limit, alarm.unit, alarm.reason) == (48, "h", "")
    assert alarm.onset_at == quakes.health().last_change_at
    site.put(AUTO, latest(DateTime="2026-11-26T07:20:05+00:00", Tanggal="26 Nov 2026"), ETag='"new"')
    quakes.turn(2)
    assert quakes.health().state is FeedState.WORKING
    assert "feed" not in quakes.up()


def test_rebuilt_warning_list_is_not_frozen(tmp_path: Path, site: FeedServer):
    feed = FeedSource(
        name="nowcast", content=FeedContent.WARNINGS, url=site.url + NOWCAST, every_s=60, changes_within_h=6
    )
    with desk(tmp_path / "server", FeedSet(feed=(feed,))) as made:
        for hour in range(8):
            site.put(NOWCAST, rss(site.url, built=f"Tue, 24 Nov 2026 {8 + hour:02d}:00:00 +0000"))
            made.turn(60)
        assert made.health("nowcast").state is FeedState.WORKING
        for _hour in range(7):
            made.turn(60)
        assert made.health("nowcast").state is FeedState.FROZEN


def test_feed_records_bad_items_and_journals_others(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, list_of({}, {"Magnitude": "99"}, {"Coordinates": "95,200", "Lintang": "", "Bujur": ""}))
    quakes.turn()
    quakes.turn(2)
    health = quakes.health()
    assert (len(quakes.values("earthquake")), health.set_aside, len(health.asides)) == (1, 4, 2)


def test_full_disk_loses_no_earthquake(quakes: FeedsSession, monkeypatch: pytest.MonkeyPatch):
    def full(_drafts: tuple[Draft, ...]) -> None:
        raise StorageFull("there is no space left")

    with monkeypatch.context() as patched:
        patched.setattr(quakes.journal, "append_drafts", full)
        quakes.turn()
    assert (quakes.health().state, quakes.values("earthquake")) == (FeedState.FAILING, [])
    quakes.turn(2)
    assert len(quakes.values("earthquake")) == 1
    assert quakes.up() == ["gempa-dekat"]


def test_parser_bug_is_recorded_with_the_feed(
    quakes: FeedsSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as patched:
        patched.setattr(poller, "parse_earthquakes", lambda _body, now: 1 / 0)
        quakes.turn()
    assert "ZeroDivisionError" in quakes.health().error
    assert "because of a bug" in caplog.text
    caplog.clear()
    quakes.turn(2)
    assert quakes.health().state is FeedState.WORKING


# Requests


def test_poller_accepts_not_modified_as_success(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, latest(), ETag='"v1"', Last_Modified="Tue, 24 Nov 2026 07:00:00 GMT")
    quakes.turn()
    quakes.turn(2)
    headers = site.asked[-1][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"v1"', "Tue, 24 Nov 2026 07:00:00 GMT")
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"].startswith("Tabuah/")
    assert (quakes.health().unchanged, quakes.health().state) == (1, FeedState.WORKING)


def test_poller_backs_off_after_failures(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, b"", status=503)
    for _minute in range(60):
        quakes.turn(1)
    assert 5 <= len(site.asked) <= 9


def test_poller_respects_retry_after(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, b"", status=429, Retry_After="1800")
    quakes.turn()
    for _minute in range(25):
        quakes.turn(1)
    assert len(site.asked) == 1
    assert "429" in quakes.health().error


def test_rate_limiter_allows_sixty_requests_a_minute():
    ticks = Ticks()
    pace = RateLimiter(ticks)
    for _request in range(60):
        assert pace.wait_s() == 0
        pace.note()
        ticks.now_s += 0.5
    assert pace.wait_s() == pytest.approx(30)
    ticks.now_s += 30
    assert pace.wait_s() == 0


def test_fetcher_reports_permanent_redirects(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, b"", status=301, Location="/new.json")
    site.put("/new.json", latest())
    quakes.turn()
    assert (quakes.health().moved_to, quakes.health().state) == (f"{site.url}/new.json", FeedState.WORKING)


@pytest.mark.parametrize(
    "target", ["http://example.invalid/x", "ftp://127.0.0.1/x", "http://u:p@127.0.0.1/", "", "//["]
)
def test_fetcher_refuses_insecure_redirects(quakes: FeedsSession, site: FeedServer, target: str):
    site.put(AUTO, b"", status=302, Location=target)
    quakes.turn()
    assert "tidak diikuti" in quakes.health().error
    assert site.paths() == [AUTO]


def test_fetcher_ends_redirect_loops(quakes: FeedsSession, site: FeedServer):
    site.put(AUTO, b"", status=302, Location=AUTO)
    quakes.turn()
    assert "alamat" in quakes.health().error
    assert len(site.asked) == fetcher.MAX_REDIRECTS + 1


def test_feeds_service_stop_aborts_endless_response(
    tmp_path: Path, site: FeedServer, monkeypatch: pytest.MonkeyPatch
):
    reading = threading.Event()
    real = fetcher._received

    def received(response):
        reading.set()
        return real(response)

    monkeypatch.setattr(fetcher, "_received", received)
    site.hang(AUTO)
    with ServerJournal.open(tmp_path / "server") as journal:
        service = FeedsService(journal, sources(site, only=("auto",)), asking=True)
        service.start()
        assert reading.wait(10)
        began_s = time.monotonic()
        service.stop()
        assert time.monotonic() - began_s < 5


# Volcanoes


def test_volcano_level_raises_alarm_until_changed(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server", clock=Clock()) as journal:
        write_initial_bulletin_rules(journal, actor="administrator")
        service = FeedsService(journal, FeedSet(), asking=False)
        service.start()
        try:
            for told, up in (("II", 0), ("III", 1), ("III", 1), ("II", 0)):
                state(journal, VolcanoLevel(told))
                wait_until_true(lambda up=up: sum(alarm_is_up(journal)) == up)
        finally:
            service.stop()
        assert len(alarm_is_up(journal)) == 1


LEVELLED = "volcano.levelled"


def state(journal: ServerJournal, level: VolcanoLevel) -> None:
    stated_at = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(minutes=journal.head().seq)
    body = VolcanoLevelled(name="Gunung Talang", level=level, source="PVMBG", stated_at=stated_at)
    with pytest.MonkeyPatch.context() as patched:  # a supervisor's entry, without a console
        patched.setitem(ENTRY_KINDS, LEVELLED, replace(ENTRY_KINDS[LEVELLED], writers=SERVER_ONLY))
        journal.append_drafts([level_volcano(TALANG, body, now=stated_at)])


def alarm_is_up(journal: ServerJournal) -> list[bool]:
    return [s.value.is_active for s in journal.states_of_kind("alarm").values()]


# Configuration


def test_sample_sources_are_valid_and_never_overwritten(tmp_path: Path):
    file = write_sample_sources(tmp_path)
    assert file is not None
    described = load_feed_sources(tmp_path)
    assert [feed.content.value for feed in described.feed] == [*["earthquakes"] * 3, "warnings", "forecast"]
    assert all(feed.url.startswith("https://") for feed in described.feed)
    file.write_text("[[feed]]\nname = 'mine'\ncontent = 'earthquakes'\nurl = 'https://x.go.id/a.json'\n")
    assert write_sample_sources(tmp_path) is None
    assert [feed.name for feed in load_feed_sources(tmp_path).feed] == ["mine"]


@pytest.mark.parametrize(
    "text",
    [
        "[[feed]]\nname = 'a'",
        "[[feed]]\nname = 'a'\ncontent = 'earthquakes'\nurl = 'http://bmkg.go.id/x'",
        "[[feed]]\nname = 'a'\ncontent = 'earthquakes'\nurl = 'https://u:p@bmkg.go.id/x'",
        "[[feed]]\nname = 'a'\ncontent = 'earthquakes'\nurl = 'https://['",
        "[[feed]]\nname = 'a'\ncontent = 'gossip'\nurl = 'https://bmkg.go.id/x'",
        "[[feed]]\nname = 'a'\ncontent = 'earthquakes'\nurl = 'https://bmkg.go.id/x'\nevery_s = 1",
        "[[feed]]\nname = 'a'\ncontent = 'earthquakes'\nurl = 'https://a.id/x'\n" * 2,
        "[[earthquake_alarm]]\nname = 'x-1'\nseverity = 'loud'",
        "[[earthquake_alarm]]\nname = 'x-1'\nseverity = 'high'\nmagnitud = 5",
        "nonsense",
    ],
)
def test_feed_sources_report_the_faulty_line(tmp_path: Path, text: str):
    (tmp_path / "feeds.toml").write_text(text)
    with pytest.raises(UnusableFeeds, match=r"feeds\.toml"):
        load_feed_sources(tmp_path)


def test_feed_sources_distinguish_missing_and_empty_rules():
    found = read_sources("[[earthquake_alarm]]\nname = 'dekat'\nseverity = 'high'\nmagnitude = 3.0\nwithin_km = 20")
    assert [(rule.id, rule.name) for rule in found.rules] == [("dekat", "Dekat")]
    assert (found.warning_alarm, read_sources("warning_alarm = []").warning_alarm) == (None, ())
