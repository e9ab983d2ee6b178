"""What a trial came to is told with who tried it, on what, and what raised."""

from datetime import UTC, datetime

import pytest

from tabuah.console.readings_tried import seen_words, tried_words
from tabuah.console.series_source import LOCAL, SERVER
from tabuah.operations.rules.evidence import Finding
from tabuah.operations.rules.trial import Episode, Trial

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def episode(peak: float | None, *evidence: Finding) -> Episode:
    return Episode(
        station="ARR-0", parameter="rain_mm", onset_at=AT, raised_at=AT, cleared_at=None, peak=peak, limit=None,
        evidence=evidence,
    )  # fmt: skip


def finding(value: float | None, part: int = 1, parameter: str = "rain_mm") -> Finding:
    return Finding(station="X", parameter=parameter, part=part, holds=bool(part), value=value, at=AT)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (episode(0.0, finding(0.0, 0), finding(38), finding(40), finding(44)), "0,0 mm, tetangganya 40,0 mm"),
        (episode(None, finding(92, 1, "soil_moisture_pct"), finding(24, 2)), "92% + 24,0 mm"),
        (episode(31.5), "puncak 31,5 mm"),
        (episode(None), ""),
    ],
)
def test_what_raised_is_told(found: Episode, told: str) -> None:
    assert seen_words(found) == told


def test_who_has_tried_it_and_on_what_is_told() -> None:
    trial = Trial(rule="r", series=3, readings=12_400, episodes=(), oldest_at=AT)
    since = "sejak 24 Nov 2026 14.30 WIB."
    assert tried_words(trial, SERVER) == f"Diuji di server pada 3 deret dengan 12.400 bacaan, {since}"
    assert tried_words(trial, LOCAL).startswith("Diuji di komputer ini karena server tidak menjawab: pada 3 deret")
    nothing = Trial(rule="r", series=0, readings=0, episodes=())
    assert [tried_words(nothing, who).endswith("pada waktu ini.") for who in (SERVER, LOCAL)] == [True, False]
