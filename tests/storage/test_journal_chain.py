"""The chain of a device: what is forged, missing, cloned or torn is not authentic; the rest stays verbatim."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.entries import GENESIS, Draft, Ruling, Verdict
from tabuah.storage.journal.chain import ChainHead, append, follows_on, read_chain, verify_last
from tabuah.storage.journal.errors import BadSignature, BrokenChain, ChainGap, JournalError, MalformedEntry
from tabuah.storage.journal.identifiers import incident_number, new_uuid
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import SignedEntry, decode_entry, encode_entry, ruling_hash

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
KEY = DeviceKey.from_secret(bytes(range(32)))


def chain_of(length, key=KEY):
    chain, head = [], ChainHead()
    for i in range(length):
        draft = Draft(subject="incident/1", kind="incident.noted", body=msgspec.Raw(b'{"text":"%d"}' % i))
        chain.append(append(draft, key=key, head=head, actor="ani", grant="g", now=NOW + timedelta(seconds=i)))
        head = chain[-1].head
    return chain


def signed(chain):
    return [link.signed for link in chain]


def test_a_chain_reads_back_and_its_last_signature_vouches_for_all():
    chain = read_chain(signed(chain_of(5)), device=KEY.device_id)
    verify_last(chain, KEY.public_key)
    assert [link.entry.n for link in chain] == [1, 2, 3, 4, 5]
    assert chain[0].entry.prev == GENESIS


def test_one_changed_letter_anywhere_breaks_the_chain():
    pairs = signed(chain_of(3))
    pairs[1] = SignedEntry(pairs[1].text.replace('"1"', '"9"'), pairs[1].signature)
    with pytest.raises(BrokenChain):
        read_chain(pairs, device=KEY.device_id)


def test_a_changed_last_entry_does_not_fit_its_signature():
    pairs = signed(chain_of(3))
    pairs[2] = SignedEntry(pairs[2].text.replace('"2"', '"9"'), pairs[2].signature)
    with pytest.raises(BadSignature):
        verify_last(read_chain(pairs, device=KEY.device_id), KEY.public_key)


def test_a_signature_of_another_device_is_refused():
    other = DeviceKey.generate()
    with pytest.raises(BadSignature):
        verify_last(chain_of(1, other), KEY.public_key)


def test_a_missing_entry_is_a_gap_that_names_what_must_come():
    pairs = signed(chain_of(3))
    with pytest.raises(ChainGap, match="expected n = 2"):
        read_chain([pairs[0], pairs[2]], device=KEY.device_id)
    with pytest.raises(ChainGap) as gap:
        follows_on(chain_of(3)[2].entry, ChainHead(1, "…"))
    assert gap.value.expected == 2


def test_entries_of_two_devices_do_not_travel_in_one_chain():
    with pytest.raises(BrokenChain):
        read_chain(signed(chain_of(1)), device=DeviceKey.generate().device_id)


def test_nothing_is_not_a_chain():
    with pytest.raises(JournalError):
        verify_last((), KEY.public_key)


@given(st.one_of(st.text(), st.binary().map(lambda b: b.decode("latin-1"))))
def test_any_text_is_an_entry_or_a_malformed_one(text):
    with pytest.raises(MalformedEntry):
        decode_entry(text)


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text())))
def test_a_body_is_carried_verbatim(body):
    raw = msgspec.json.encode(body)
    link = append(
        Draft(subject="x/1", kind="x.y", body=msgspec.Raw(raw)),
        key=KEY, head=ChainHead(), actor="ani", grant="", now=NOW,
    )  # fmt: skip
    assert raw in link.text
    assert encode_entry(decode_entry(link.text)) == link.text


def test_the_servers_hash_covers_the_text_the_verdict_and_all_before():
    ruling = Ruling(seq=1, received_at=NOW, verdict=Verdict.ACCEPTED)
    first = ruling_hash(GENESIS, b"text", ruling)
    others = {
        ruling_hash(GENESIS, b"Text", ruling),
        ruling_hash("1" * 64, b"text", ruling),
        ruling_hash(GENESIS, b"text", msgspec.structs.replace(ruling, verdict=Verdict.REJECTED)),
        ruling_hash(GENESIS, b"text", msgspec.structs.replace(ruling, reason="x")),
        ruling_hash(GENESIS, b"text", msgspec.structs.replace(ruling, seq=2)),
        ruling_hash(GENESIS, b"text", msgspec.structs.replace(ruling, received_at=NOW + timedelta(seconds=1))),
    }
    assert first not in others
    assert len(others) == 6


def test_identifiers_are_of_version_7_in_the_order_of_time():
    moments = [NOW + timedelta(milliseconds=i) for i in range(50)]
    made = [new_uuid(moment) for moment in moments]
    assert made == sorted(made)
    assert {uuid[14] for uuid in made} == {"7"}
    assert {uuid[19] for uuid in made} <= set("89ab")


def test_an_incident_number_carries_the_tag_of_the_device():
    assert incident_number(KEY.tag, 12) == f"SLK-{KEY.tag}-0012"
