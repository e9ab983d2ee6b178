"""Limits of pushes: a device that pushes too often waits, and another does not."""

from pathlib import Path

import msgspec
import pytest
from support.draft_samples import incident_report_draft
from support.running_server import WritingDevice, start_server

from tabuah.operations.entries import PersonalValue
from tabuah.server.errors import Refusal
from tabuah.server.limits.load_limits import DEFAULT_LIMITS, LoadLimits
from tabuah.server.limits.push_limits import PushLimits
from tabuah.storage.journal.push import MAX_PUSH_BYTES
from tabuah.storage.journal.wire import SealedValues

LIMITS = LoadLimits(push_burst=3, pushes_a_s=0.5)


def test_push_limit_allows_a_burst_then_a_rate():
    now_s = [100.0]
    limits = PushLimits(LIMITS, monotonic_s=lambda: now_s[0])
    for _each in range(3):
        limits.take("ani", "A")
    with pytest.raises(Refusal) as refused:
        limits.take("ani", "A")
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "2")
    limits.take("ani", "B")
    limits.take("budi", "A")
    now_s[0] += 2
    limits.take("ani", "A")
    with pytest.raises(Refusal):
        limits.take("ani", "A")
    now_s[0] += 3600
    for _each in range(3):
        limits.take("ani", "A")


def test_push_limit_bounds_the_bytes_of_a_user_in_an_hour():
    now_s = [100.0]
    limits = PushLimits(LoadLimits(pushed_bytes_an_hour=3_600), monotonic_s=lambda: now_s[0])
    limits.take_bytes("ani", 3_000)
    with pytest.raises(Refusal) as refused:
        limits.take_bytes("ani", 700)
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "100")
    limits.take_bytes("budi", 700)
    now_s[0] += 100
    limits.take_bytes("ani", 700)


def test_default_push_limits_take_three_days_of_an_office_at_once():
    limits = PushLimits(DEFAULT_LIMITS, monotonic_s=lambda: 0.0)
    for _push in range(1_000):  # 10,000 entries of 26 KB
        limits.take("ani", "A")
        limits.take_bytes("ani", MAX_PUSH_BYTES)


def test_server_limits_the_bytes_of_a_user_on_all_devices(tmp_path: Path):
    with start_server(tmp_path, limits=LoadLimits(pushed_bytes_an_hour=2_500)) as server:
        server.add_user("ani")
        with server.client("ani") as client:
            replies = []
            for _device in range(6):
                laptop = WritingDevice(client, "ani")
                laptop.enrol()
                replies.append(laptop.post(laptop.write(incident_report_draft(laptop.key.tag))))
            assert replies[0].status_code == 200
            assert (replies[-1].status_code, replies[-1].json()["code"]) == (429, "too_many_pushes")
            assert int(replies[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("way", ["personal", "sealed"])
def test_personal_values_and_boxes_count_as_bytes_of_a_user(tmp_path: Path, way: str):
    with start_server(tmp_path, limits=LoadLimits(pushed_bytes_an_hour=10_000)) as server:
        server.add_user("ani")
        with server.client("ani") as client:
            laptop = WritingDevice(client, "ani")
            laptop.enrol()
            chained = laptop.write(incident_report_draft(laptop.key.tag))
            value = PersonalValue(field="caller", salt="5" * 32, value="0" * 12_000, entry=chained.entry.id)
            box = SealedValues(chained.entry.id, "A" * 12_000)
            request = laptop.request(chained)
            heavy = msgspec.structs.replace(request, **{way: (value if way == "personal" else box,)})
            refused = client.post("/v1/journal", content=msgspec.json.encode(heavy))
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_pushes")
            laptop.push(chained)


def test_server_limits_the_pushes_of_a_device(tmp_path: Path):
    with start_server(tmp_path, limits=LIMITS) as server:
        server.add_user("ani")
        with server.client("ani") as client:
            laptops = WritingDevice(client, "ani"), WritingDevice(client, "ani")
            for laptop in laptops:
                laptop.enrol()
            chain = [laptops[0].write(incident_report_draft(laptops[0].key.tag, n)) for n in range(1, 5)]
            for chained in chain[:3]:
                laptops[0].push(chained)
            refused = laptops[0].post(chain[3])
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_pushes")
            assert int(refused.headers["Retry-After"]) > 0
            laptops[1].push(laptops[1].write(incident_report_draft(laptops[1].key.tag)))
