"""Text about a trial: where it ran, its readings and its evidence."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.console.readings.series_source import LOCAL, SERVER
from tabuah.operations.rules.crossings import EvidenceItem
from tabuah.operations.rules.rule_trial import RuleEpisode, RuleTrial
from tabuah.text.rules.trial_results import (
    describe_episode_evidence,
    describe_raised_count_in_data,
    describe_trial_basis,
)

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def episode(peak: float | None, *evidence: EvidenceItem) -> RuleEpisode:
    return RuleEpisode(
        station="ARR-0", parameter="rain_mm", onset_at=AT, raised_at=AT, cleared_at=None, peak=peak, limit=None,
        evidence=evidence,
    )  # fmt: skip


def finding(value: float | None, part: int = 1, parameter: str = "rain_mm") -> EvidenceItem:
    return EvidenceItem(station="X", parameter=parameter, part=part, holds=bool(part), value=value, at=AT)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (episode(0.0, finding(0.0, 0), finding(38), finding(40), finding(44)), "0,0 mm, tetangganya 40,0 mm"),
        (episode(None, finding(92, 1, "soil_moisture_pct"), finding(24, 2)), "92% + 24,0 mm"),
        (episode(31.5), "puncak 31,5 mm"),
        (episode(None), ""),
    ],
)
def test_episode_evidence_is_described(found: RuleEpisode, told: str) -> None:
    assert describe_episode_evidence(found) == told


def test_trial_basis_names_source_and_readings() -> None:
    trial = RuleTrial(rule="r", series=3, readings=12_400, episodes=(), oldest_at=AT)
    since = "sejak 24 Nov 2026 14.30 WIB."
    assert describe_trial_basis(trial, SERVER) == f"Diuji di server pada 3 deret dengan 12.400 bacaan, {since}"
    assert describe_trial_basis(trial, LOCAL).startswith(
        "Diuji di komputer ini karena server tidak menjawab: pada 3 deret"
    )
    nothing = RuleTrial(rule="r", series=0, readings=0, episodes=())
    assert [describe_trial_basis(nothing, who).endswith("pada waktu ini.") for who in (SERVER, LOCAL)] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (None, "Tidak ada bacaan untuk diuji."),
        (7, "Akan muncul 0 kali dalam 7 jam data; yang diminta 30 hari."),
        (29 * 24, "Akan muncul 0 kali dalam 30 hari."),
    ],
)
def test_raised_count_names_the_data_it_rests_on(hours: int | None, text: str) -> None:
    oldest_at = None if hours is None else AT - timedelta(hours=hours)
    trial = RuleTrial(rule="r", series=1, readings=0 if hours is None else 40, episodes=(), oldest_at=oldest_at)
    assert describe_raised_count_in_data(trial, 30, AT) == text
