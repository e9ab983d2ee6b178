"""CAP alerts are read as messages, and hostile documents are bounded."""

from datetime import UTC, datetime

import pytest
from support.cap_documents import SENDER, cap_document, cap_info, reference

from tabuah.operations.feeds.cap_alert import CapMessageType, CapSeverity, CapStatus
from tabuah.operations.messages.alert import MOST_POINTS, MOST_REFERENCES, AlertWords
from tabuah.operations.messages.alert_document import read_alert
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.mapping_file import BadMessageMappings, read_message_mappings, shipped_mapping
from tabuah.operations.messages.message import MessageChannel
from tabuah.operations.messages.message_document import MAX_DOCUMENT_BYTES, UnreadableDocument, read_document

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)


def read(document: bytes) -> InboundMessage:
    return read_alert(document, NOW)


def rings_of(found: InboundMessage) -> tuple[tuple[tuple[float, float], ...], ...]:
    assert found.alert is not None
    return found.alert.rings


def circles(*texts: str) -> str:
    return "".join(f"<circle>{text}</circle>" for text in texts)


def test_alert_has_its_codes_area_period_and_text():
    found = read(cap_document())
    alert = found.alert
    assert alert is not None
    assert (found.channel, found.sender) == (MessageChannel.CAP, f"Pusdalops Sumbar · {SENDER}")
    assert found.text.splitlines() == [
        "Hujan lebat di Kabupaten Solok",
        "Kubung",
        "Waspada banjir bandang.",
        "Jauhi sungai.",
    ]
    assert (found.sent_at, alert.expires) == (
        datetime(2026, 12, 2, 2, tzinfo=UTC),
        datetime(2026, 12, 2, 11, tzinfo=UTC),
    )
    assert (alert.severity, alert.status, alert.message) == (
        CapSeverity.SEVERE,
        CapStatus.ACTUAL,
        CapMessageType.ALERT,
    )
    assert alert.words == AlertWords(
        identifier="A1",
        sender=SENDER,
        event="Hujan lebat",
        headline="Hujan lebat di Kabupaten Solok",
        area="Kubung",
    )
    assert rings_of(found)[0][0] == (100.6, -0.9)  # longitude first
    assert not found.automatic


def test_alert_is_read_by_the_mapping_that_ships():
    (found,) = read_document(shipped_mapping("cap"), cap_document(), NOW)
    assert found == read(cap_document())
    for document in (b"{}", b"", b"<alert/>", b"\xff"):
        with pytest.raises(UnreadableDocument, match="not_cap") as refused:
            read_document(shipped_mapping("cap"), document, NOW)
        assert refused.value.remark is not None
    with pytest.raises(UnreadableDocument, match="too_large"):
        read_document(shipped_mapping("cap"), b" " * (MAX_DOCUMENT_BYTES + 1), NOW)


def test_mapping_of_another_channel_needs_a_text():
    with pytest.raises(BadMessageMappings, match="text"):
        read_message_mappings('[[message]]\naccount = "a"\nchannel = "form"\n')


@pytest.mark.parametrize("scope", ["Restricted", "Private"])
def test_alert_that_is_not_public_has_no_open_words(scope: str):
    found = read(cap_document(scope=scope))
    assert found.alert is not None
    assert found.alert.words is None
    assert found.text.startswith("Hujan lebat")


@pytest.mark.parametrize(
    ("status", "is_work"), [("Exercise", True), ("Test", False), ("System", False), ("Draft", False)]
)
def test_alert_that_is_not_real_belongs_to_an_exercise(status: str, is_work: bool):
    found = read(cap_document(status=status))
    assert found.alert is not None
    assert (found.alert.is_exercise, found.alert.is_work, found.automatic) == (True, is_work, not is_work)


@pytest.mark.parametrize("message", ["Ack", "Error"])
def test_answer_between_programs_is_no_work(message: str):
    assert read(cap_document(message=message, infos="")).automatic


@pytest.mark.parametrize(
    ("languages", "chosen"),
    [
        (("fr", "en-US", "id-ID"), "id-ID"),
        (("fr", "in", "en"), "in"),
        (("fr", "en"), "en"),
        (("fr", "de"), "fr"),
        ((*(f"x{number}" for number in range(998)), "en", "id"), "id"),
    ],
)
def test_alert_is_read_in_indonesian_else_in_english(languages: tuple[str, ...], chosen: str):
    infos = "".join(cap_info(language, headline=f"in {language}") for language in languages)
    found = read(cap_document(infos=infos))
    assert found.text.splitlines()[0] == f"in {chosen}"
    assert "in fr" not in found.text or chosen == "fr"
    assert len(rings_of(found)) == 1  # all parts have the same area


def test_several_parts_in_one_language_have_the_highest_severity_and_all_areas():
    other = "-0.7,100.6 -0.7,100.7 -0.8,100.7"
    infos = cap_info(severity="Minor", expires="2026-12-02T20:00:00+07:00") + cap_info(
        severity="Extreme", headline="Banjir bandang", rings=(other,)
    )
    found = read(cap_document(infos=infos))
    assert found.alert is not None
    assert found.alert.severity is CapSeverity.EXTREME
    assert found.alert.words is not None
    assert found.alert.words.headline == "Banjir bandang"
    assert found.alert.expires == datetime(2026, 12, 2, 13, tzinfo=UTC)
    assert len(found.alert.rings) == 2


def test_references_are_those_of_the_same_sender_and_bounded():
    own = [reference(f"A{number}") for number in range(MOST_REFERENCES + 10)]
    found = read(cap_document("B", message="Update", references=" ".join([reference("X", sender="other"), *own])))
    assert len(found.earlier) == MOST_REFERENCES - 1  # the foreign one was the first of them
    assert found.earlier[0] == read(cap_document("A0")).external_id
    assert not any("other" in each for each in found.earlier)


def test_same_identifier_of_another_sender_is_another_alert():
    assert read(cap_document()).external_id != read(cap_document(sender="other@example.org")).external_id
    assert read(cap_document()).external_id != read(cap_document("A2")).external_id


def test_ten_thousand_points_are_simplified():
    corners = " ".join(f"{-0.9 - (number % 97) / 500:.5f},{100.6 + number / 1e5:.5f}" for number in range(10_000))
    found = read(cap_document(infos=cap_info(rings=(corners,))))
    assert 1 <= sum(map(len, rings_of(found))) <= MOST_POINTS


@pytest.mark.parametrize("count", [900, 3_500])
def test_many_areas_are_bounded(count: int):
    rings = [f"{-1 - number / 1e5:.5f},100.6 -1,100.7 -0.9,100.65" for number in range(count)]
    found = read(cap_document(infos=cap_info(rings=rings)))
    assert 1 <= sum(map(len, rings_of(found))) <= MOST_POINTS


@pytest.mark.parametrize(
    "ring",
    [
        "nan,100.6 -0.9,100.7 -1.0,100.7",
        "inf,100.6 -0.9,100.7 -1.0,100.7",
        "-0.9,100.6 -0.9,100.6 -0.9,100.6",
        "100.6,-0.9 100.7,-0.9 100.7,-1.0",
        "51.0,7.0 51.1,7.0 51.1,7.1",
        "",
    ],
)
def test_ring_that_is_no_area_here_is_left_out(ring: str):
    found = read(cap_document(infos=cap_info(rings=(ring,))))
    assert rings_of(found) == ()
    assert found.text.startswith("Hujan lebat")


@pytest.mark.parametrize(
    "ring", ["-1,100 -0.5,101 -0.5,100 -1,101", "-11,95 -11,141 7,141 7,95", "-1,100 -1,100.5 -1,101"]
)
def test_crossed_huge_and_flat_rings_are_kept(ring: str):
    assert len(rings_of(read(cap_document(infos=cap_info(rings=(ring,)))))) == 1


def test_circle_becomes_a_ring_and_a_bad_one_is_left_out():
    infos = cap_info(rings=(), areas=circles("-0.9,100.6 10", "-0.9,100.6 nan", "-0.9,100.6 -4", "-0.9,100.6 5000"))
    found = rings_of(read(cap_document(infos=infos)))
    assert len(found) == 2
    assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for ring in found for lon, lat in ring)


@pytest.mark.parametrize("expires", ["9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-14:00", "tomorrow", ""])
def test_impossible_end_is_no_end(expires: str):
    found = read(cap_document(infos=cap_info(expires=expires)))
    assert found.alert is not None
    assert found.alert.expires is None


def test_alert_of_the_future_is_refused():
    with pytest.raises(UnreadableDocument, match="not_cap"):
        read_document(shipped_mapping("cap"), cap_document(sent="9999-12-31T23:59:59+00:00"), NOW)


def test_entities_are_refused():
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    external = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for prologue in (bomb, external):
        with pytest.raises(UnreadableDocument, match="not_cap") as refused:
            read_document(shipped_mapping("cap"), cap_document(prologue=prologue), NOW)
        assert refused.value.remark is not None
        assert refused.value.remark.code == "forbidden_declarations"


def test_long_and_hidden_texts_are_bounded_and_counted():
    found = read(cap_document("A" * 400, infos=cap_info(headline="H\u202e" * 200 + " " * 50)))
    assert found.alert is not None
    assert found.alert.words is not None
    assert len(found.alert.words.identifier) <= 200
    assert "\u202e" not in found.text + found.alert.words.headline
    long = read(cap_document(infos=cap_info().replace("Waspada", "W" * 6_000)))
    assert long.cut > 5_000
