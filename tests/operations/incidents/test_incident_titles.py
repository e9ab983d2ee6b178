"""Titles of incidents are one plain line: where they are written, and where one of an older program is read."""

import msgspec
import pytest

from tabuah.operations.bounds import clamp, find_excess
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.place import IncidentPlace

HOSTILE = "Banjir\ndi \x1b[31mKoto\u202e Baru\u2066"
PLAIN = "Banjir di [31mKoto Baru"


def report(title: str) -> IncidentReported:
    return IncidentReported(number="SLK-AAAA-0001", hazard=Hazard.FLOOD, title=title)


def title_of(draft: Draft) -> str:
    return str(msgspec.json.decode(draft.body)["title"])


def test_reported_title_is_one_plain_line():
    draft = report_incident(report(HOSTILE), incident_id="00000000-0000-7000-8000-000000000001")
    assert title_of(draft) == PLAIN


def test_title_of_hidden_characters_alone_loses_no_report():
    draft = report_incident(report("\u202e"), incident_id="00000000-0000-7000-8000-000000000001")
    assert title_of(draft) == "\u202e"


@pytest.mark.parametrize("title", ["Banjir di Koto Baru", "Kebakaran – Jorong Simpang", "ñandú 🌊"])
def test_plain_title_stays(title: str):
    assert title_of(report_incident(report(title), incident_id="00000000-0000-7000-8000-000000000001")) == title
    assert clamp(report(title)).title == title


def test_stored_title_is_read_as_one_plain_line():
    assert find_excess(report(HOSTILE)) == ""  # a report by an older program is not refused for it
    assert clamp(report(HOSTILE)).title == PLAIN
    assert clamp(IncidentEdited(title=HOSTILE)).title == PLAIN


def test_stored_landmark_is_read_as_one_plain_line():
    place = IncidentPlace(lon_deg=100.6, lat_deg=-0.9, jorong="Simpang\nTigo", landmark_text="dekat\u202e masjid")
    read = clamp(place)
    assert (read.jorong, read.landmark) == ("Simpang Tigo", "dekat masjid")
