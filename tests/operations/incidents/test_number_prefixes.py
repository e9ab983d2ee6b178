"""An incident number begins with the prefix of the regency; before version 3 of the rules it was always SLK."""

import pytest
from support.judged_journal import JudgedJournal

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.entry_bodies import IncidentReported

KEY = "0199a3c0-0000-7000-8000-000000000001"


def report(room: JudgedJournal, prefix: str):
    author = room.author("ani")
    tag = room.authority.devices[author.device].tag
    body = IncidentReported(number=f"{prefix}-{tag}-0001", hazard=Hazard.FLOOD, title="Banjir")
    return room.write(author, Draft(subject=f"incident/{KEY}", kind="incident.reported", body=encode_body(body)))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_first_prefix_is_accepted_by_all_versions(version: int):
    assert report(JudgedJournal(decide_version=version), "SLK").verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(("version", "reason"), [(1, "malformed_body"), (2, "malformed_body"), (3, "")])
def test_other_prefix_is_accepted_from_version_3_on(version: int, reason: str):
    assert report(JudgedJournal(decide_version=version), "TLH").reason == reason


@pytest.mark.parametrize("prefix", ["T", "TOOLONG", "tlh", "T-H", ""])
def test_malformed_prefix_is_rejected(prefix: str):
    assert report(JudgedJournal(decide_version=3), prefix).reason == "malformed_body"
