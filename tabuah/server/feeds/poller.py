"""One poll of one feed: fetch, parse, draft entries, journal them, and record the result or the failure."""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, find_same_earthquake, warning_key
from tabuah.operations.bulletins.drafts import issue_warning, report_earthquake, withdraw_warning
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, WarningIssued, WarningWithdrawn, Withdrawal
from tabuah.operations.bulletins.feed_conversion import earthquake_account, warning_message
from tabuah.operations.entries import Draft
from tabuah.operations.feeds.cap_alert import CapAlert, CapMessageType
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.feeds.detection import AnyReading
from tabuah.operations.feeds.earthquakes import Earthquake, parse_earthquakes
from tabuah.operations.feeds.errors import FeedError
from tabuah.operations.feeds.feed_health import QuarantinedFeedItem
from tabuah.operations.feeds.nowcast_rss import NowcastNotice, parse_nowcast_rss
from tabuah.operations.feeds.sources import FeedContent, FeedSource
from tabuah.operations.feeds.weather_forecast import WeatherForecast, parse_forecast
from tabuah.resources.fault_isolation import isolated
from tabuah.resources.localisation import _, ngettext
from tabuah.server.errors import ServerError
from tabuah.server.feeds.current_bulletins import CurrentBulletins
from tabuah.server.feeds.fetcher import NO_VALIDATORS, FeedMoved, FeedUnreachable, Fetcher
from tabuah.server.feeds.health import FeedRecord
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.feed_alerts import FeedAlerts
from tabuah.text.feeds.feed_items import describe_forecast_steps
from tabuah.text.feeds.remarks import describe_remark

_CAUSES = {CapMessageType.UPDATE: Withdrawal.UPDATED, CapMessageType.CANCEL: Withdrawal.CANCELLED}


class FeedDrafts(msgspec.Struct, frozen=True, kw_only=True):
    """Drafts, and how many items were new or revised."""

    drafts: tuple[Draft, ...] = ()
    new: int = 0
    revised: int = 0


def draft_earthquakes(
    quakes: Iterable[Earthquake], known: Iterable[KnownEarthquake], *, feed: str, exercise: bool
) -> FeedDrafts:
    """Draft entries for earthquakes, oldest first, comparing each feed's report with its own earlier report."""
    accounts = [earthquake_account(quake, feed=feed) for quake in sorted(quakes, key=lambda q: q.at)]
    of_this_kind = {quake.id: quake for quake in known if quake.exercise == exercise}
    taken = set(of_this_kind)
    drafts: list[Draft] = []
    revised = 0
    for account, same in zip(accounts, _match_known(accounts, tuple(of_this_kind.values())), strict=True):
        if same is not None and same.account_of(feed) == account:
            continue
        revised += same is not None
        key = same.id if same else _free_key(account, taken, exercise=exercise)
        taken.add(key)
        drafts.append(report_earthquake(key, account, exercise=exercise))
    return FeedDrafts(drafts=tuple(drafts), new=len(drafts) - revised, revised=revised)


def _match_known(
    accounts: Sequence[EarthquakeReported], known: Sequence[KnownEarthquake]
) -> list[KnownEarthquake | None]:
    """Match each report with a known earthquake, each at most once.

    Exact times match first, then nearness: otherwise the second of two shocks within a minute would
    count as a correction of the first, and alternate with it at every poll.
    """
    by_moment: dict[datetime, list[KnownEarthquake]] = {}
    for quake in known:
        for at in {account.at for account in quake.accounts}:
            by_moment.setdefault(at, []).append(quake)
    found = [find_same_earthquake(by_moment.get(account.at, ()), account) for account in accounts]
    claimed = {quake.id for quake in found if quake is not None}
    for index, account in enumerate(accounts):
        if found[index] is None:
            found[index] = same = find_same_earthquake((quake for quake in known if quake.id not in claimed), account)
            claimed |= {same.id} if same else set()
    return found


def draft_warning(alert: CapAlert, known: Mapping[str, KnownWarning], *, exercise: bool) -> FeedDrafts:
    """Draft a CAP message, the withdrawals it causes, and its own withdrawal if a later message came before it."""
    message = warning_message(alert)
    key, is_drill = warning_key(message.identifier), exercise or alert.is_exercise
    if key in known or message.message not in (CapMessageType.ALERT, *_CAUSES):
        return FeedDrafts()
    drafts = [issue_warning(message, exercise=is_drill)]
    drafts += _withdrawals(message, known, exercise=is_drill)
    later = next(
        (w for w in known.values() if message.identifier in w.issued.references and w.exercise == is_drill), None
    )
    if later is not None:
        drafts.append(_withdrawal(key, later.issued, exercise=is_drill))
    return FeedDrafts(drafts=tuple(drafts), new=1)


def _withdrawals(message: WarningIssued, known: Mapping[str, KnownWarning], *, exercise: bool) -> list[Draft]:
    """A drill never withdraws a real warning."""
    if message.message not in _CAUSES:
        return []
    before = (known.get(warning_key(identifier)) for identifier in dict.fromkeys(message.references))
    return [
        _withdrawal(warning.id, message, exercise=exercise)
        for warning in before
        if warning is not None and warning.withdrawn_at is None and warning.exercise == exercise
    ]


def _withdrawal(key: str, by: WarningIssued, *, exercise: bool) -> Draft:
    cause = _CAUSES.get(by.message, Withdrawal.UPDATED)
    body = WarningWithdrawn(by=by.identifier, cause=cause, withdrawn_at=by.sent)
    return withdraw_warning(key, body, exercise=exercise)


def _free_key(account: EarthquakeReported, taken: AbstractSet[str], *, exercise: bool) -> str:
    """Name the event by its time in seconds; another event in the same second gets a number."""
    key = f"{'drill-' if exercise else ''}bmkg-{account.at:%Y%m%d%H%M%S}"
    return next(k for k in chain((key,), (f"{key}-{n}" for n in count(2))) if k not in taken)


log = logging.getLogger(__name__)

MAX_SAVED_BYTES: Final = 64 * 1024
GONE_AFTER: Final = timedelta(hours=6)  # no nowcast warning lasts longer
MAX_WARNINGS: Final = 30  # fetched in one poll; the rest follows in the next


class WarningsMissing(Exception):
    """Some warnings of a list could not be fetched, so the list must be read again."""


class FeedPoller:
    """Belongs to the feeds thread."""

    def __init__(
        self, journal: ServerJournal, fetcher: Fetcher, knowledge: CurrentBulletins, directory: Path
    ) -> None:
        self._journal, self._fetcher, self._knowledge, self._directory = journal, fetcher, knowledge, directory
        self._seen: set[tuple[str, str]] = set()  # (feed, link) of the warnings that were fetched and written
        self._alerts = FeedAlerts(journal)

    def poll(self, source: FeedSource, record: FeedRecord) -> float:
        """Poll once and write the result into the record.

        Returns:
            The pause in seconds that the other side asked for.
        """
        now = self._journal.clock()
        record.last_tried_at = now
        record.first_tried_at = record.first_tried_at or now
        if record.url != source.url:
            record.url, record.validators, record.moved_to = source.url, NO_VALIDATORS, ""
        try:
            self._read(source, record, now)
        except FeedUnreachable as error:
            _fail(record, str(error), now)
            return error.retry_after_s
        except FeedError as error:
            record.refused += 1
            record.add_finding(QuarantinedFeedItem(at=now, reason=describe_remark(error.remark)))
            _fail(record, describe_remark(error.remark), now)
        except (ServerError, WarningsMissing) as error:
            _fail(record, str(error), now)
        except Exception as error:
            log.exception("feed %s could not be read because of a bug", source.name)
            _fail(record, f"{type(error).__name__}: {error}", now)
        else:
            record.failing_since, record.failures, record.error, record.last_success_at = None, 0, "", now
        return 0.0

    def _read(self, source: FeedSource, record: FeedRecord, now: datetime) -> None:
        fetched = self._fetcher.fetch(source.url, record.validators)
        record.moved_to = fetched.moved_to
        if fetched.body is None:
            record.unchanged += 1
            return
        try:
            reading = _parse(source, fetched.body, now)
        except FeedError:
            self._save_unreadable(source, fetched.body)
            raise
        record.readings += 1
        self._note_findings(record, reading, now)
        self._journal_items(source, record, reading, now)
        record.validators = fetched.validators  # only now: what was not saved must be delivered again
        fingerprint = _fingerprint(reading)
        if fingerprint != record.fingerprint:
            record.fingerprint, record.last_change_at = fingerprint, now
        else:
            record.unchanged += 1

    def _journal_items(self, source: FeedSource, record: FeedRecord, reading: AnyReading, now: datetime) -> None:
        match source.content:
            case FeedContent.EARTHQUAKES:
                known = [q for q in self._knowledge.earthquakes.values() if _is_in(q, source)]
                quakes = (item for item in reading.items if isinstance(item, Earthquake))
                taken = draft_earthquakes(quakes, known, feed=source.name, exercise=source.exercise)
                self._write(source, record, taken)
            case FeedContent.WARNINGS:
                notices = [item for item in reading.items if isinstance(item, NowcastNotice)]
                self._journal_warnings(source, record, notices, now)
            case FeedContent.FORECAST:
                forecasts = (item for item in reading.items if isinstance(item, WeatherForecast))
                record.said = tuple(
                    message for forecast in forecasts for message in describe_forecast_steps(forecast)
                )

    def _journal_warnings(
        self, source: FeedSource, record: FeedRecord, notices: list[NowcastNotice], now: datetime
    ) -> None:
        """Fetch unknown warnings of our province, and those whose province is not given."""
        ours = [n for n in notices if not source.province or n.province_code in ("", source.province)]
        new = [n for n in ours if n.guid not in self._knowledge.warnings and (source.name, n.link) not in self._seen]
        missing = sum(not self._is_journalled(source, record, notice, now) for notice in new[:MAX_WARNINGS])
        missing += max(0, len(new) - MAX_WARNINGS)
        if missing:
            message = ngettext(
                "{n} weather warning of the list could not be fetched",
                "{n} weather warnings of the list could not be fetched",
                missing,
            )
            raise WarningsMissing(message.format(n=missing))

    def _is_journalled(self, source: FeedSource, record: FeedRecord, notice: NowcastNotice, now: datetime) -> bool:
        """Fetch and journal one warning; one that cannot be used is recorded as a finding and counts as done."""
        if not notice.link:
            record.set_aside += 1
            reason = _("{title}: the link does not lead to BMKG").format(title=notice.title)
            record.add_finding(QuarantinedFeedItem(at=now, reason=reason))
            return True
        try:
            body = self._fetcher.fetch(notice.link).body or b""
        except FeedUnreachable as error:
            record.add_finding(QuarantinedFeedItem(at=now, reason=f"{notice.title}: {error}"))
            if not isinstance(error, FeedMoved) or now - notice.published_at < GONE_AFTER:
                return False
            record.set_aside += 1  # it has expired; the list still names what its sender has removed
            self._seen.add((source.name, notice.link))
            return True
        try:
            alert = parse_cap(body, now=now)
        except FeedError as error:
            record.set_aside += 1
            reason = f"{notice.title}: {describe_remark(error.remark)}"
            record.add_finding(QuarantinedFeedItem(at=now, reason=reason))
            self._save_unreadable(source, body)
            self._seen.add((source.name, notice.link))
            return True
        self._offer_as_message(source, alert)
        known = {key: w for key, w in self._knowledge.warnings.items() if _is_in(w, source)}
        self._write(source, record, draft_warning(alert, known, exercise=source.exercise))
        self._seen.add((source.name, notice.link))
        return True

    def _offer_as_message(self, source: FeedSource, alert: CapAlert) -> None:
        """Record the alert as a message, if its feed chooses it; a fault of that must not hold up the warning."""
        with isolated("alert of a feed", alert.identifier):
            is_near = source.messages is not None and self._knowledge.touches_regency(warning_message(alert))
            self._alerts.offer(source, alert, is_near=is_near)

    def _write(self, source: FeedSource, record: FeedRecord, taken: FeedDrafts) -> None:
        if taken.drafts:
            exercise_id = source.world.exercise_id
            self._journal.append_drafts(
                [msgspec.structs.replace(d, exercise_id=exercise_id if d.exercise else "") for d in taken.drafts]
            )
            self._knowledge.learn(draft.subject for draft in taken.drafts)
        record.new += taken.new
        record.revised += taken.revised

    def _note_findings(self, record: FeedRecord, reading: AnyReading, now: datetime) -> None:
        record.set_aside += len(reading.set_aside)
        for finding in reading.set_aside:
            record.add_finding(QuarantinedFeedItem(at=now, reason=describe_remark(finding.reason)))

    def _save_unreadable(self, source: FeedSource, body: bytes) -> None:
        """Save the beginning of the last unreadable response for diagnosis."""
        folder = self._directory / "feeds-aside"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / f"{source.name}.bin").write_bytes(body[:MAX_SAVED_BYTES])
        except OSError as error:
            log.warning("the unreadable response of feed %s cannot be saved: %s", source.name, error)


def _is_in(bulletin: KnownEarthquake | KnownWarning, source: FeedSource) -> bool:
    """Return whether a known bulletin is real, or of the exercise of a feed."""
    return not bulletin.exercise or bulletin.exercise_id == source.world.exercise_id


def _parse(source: FeedSource, body: bytes, now: datetime) -> AnyReading:
    match source.content:
        case FeedContent.EARTHQUAKES:
            return parse_earthquakes(body, now=now)
        case FeedContent.WARNINGS:
            return parse_nowcast_rss(body, now=now, origin=source.url)
        case FeedContent.FORECAST:
            return parse_forecast(body, now=now)


def _fail(record: FeedRecord, reason: str, now: datetime) -> None:
    record.failing_since = record.failing_since or now
    record.failures += 1
    record.error = reason


def _fingerprint(reading: AnyReading) -> str:
    """Identify the content, so that the same items in another byte order are not a change."""
    return hashlib.sha256(repr((reading.items, reading.issued_at)).encode("utf-8", "replace")).hexdigest()
