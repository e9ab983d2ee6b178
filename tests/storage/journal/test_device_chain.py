"""The device chain: forged, missing, cloned or cut entries are not authentic; texts stay verbatim."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.entries import GENESIS, Draft, Ruling, Verdict
from tabuah.storage.journal.chain import ChainHead, append_draft, check_follows, read_chain, verify_signatures
from tabuah.storage.journal.errors import BadSignature, BrokenChain, ChainGap, JournalError, MalformedEntry
from tabuah.storage.journal.identifiers import incident_number, new_uuid
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import SignedEntry, decode_entry, encode_entry, is_nested_deeper, ruling_hash

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
KEY = DeviceKey.from_secret(bytes(range(32)))


def chain_of(length, key=KEY):
    chain, head = [], ChainHead()
    for i in range(length):
        draft = Draft(subject="incident/1", kind="incident.noted", body=msgspec.Raw(b'{"text":"%d"}' % i))
        chain.append(append_draft(draft, key=key, head=head, actor="ani", grant="g", now=NOW + timedelta(seconds=i)))
        head = chain[-1].head
    return chain


def signed(chain):
    return [link.signed for link in chain]


def test_chain_is_verified_by_all_signatures():
    chain = read_chain(signed(chain_of(5)), device=KEY.device_id)
    verify_signatures(chain, KEY.public_key)
    assert [link.entry.n for link in chain] == [1, 2, 3, 4, 5]
    assert chain[0].entry.prev == GENESIS


def test_changed_letter_breaks_the_chain():
    pairs = signed(chain_of(3))
    pairs[1] = SignedEntry(pairs[1].text.replace('"1"', '"9"'), pairs[1].signature)
    with pytest.raises(BrokenChain):
        read_chain(pairs, device=KEY.device_id)


def test_changed_last_entry_fails_its_signature():
    pairs = signed(chain_of(3))
    pairs[2] = SignedEntry(pairs[2].text.replace('"2"', '"9"'), pairs[2].signature)
    with pytest.raises(BadSignature):
        verify_signatures(read_chain(pairs, device=KEY.device_id), KEY.public_key)


def test_changed_signature_in_the_middle_is_refused():
    pairs = signed(chain_of(3))
    pairs[1] = SignedEntry(pairs[1].text, "0" * 128)
    with pytest.raises(BadSignature):
        verify_signatures(read_chain(pairs, device=KEY.device_id), KEY.public_key)


def test_signature_of_another_device_is_refused():
    other = DeviceKey.generate()
    with pytest.raises(BadSignature):
        verify_signatures(chain_of(1, other), KEY.public_key)


def test_missing_entry_is_gap_with_expected_number():
    pairs = signed(chain_of(3))
    with pytest.raises(ChainGap, match="expected n = 2"):
        read_chain([pairs[0], pairs[2]], device=KEY.device_id)
    with pytest.raises(ChainGap) as gap:
        check_follows(chain_of(3)[2].entry, ChainHead(1, "…"))
    assert gap.value.expected == 2


def test_chain_of_two_devices_is_refused():
    with pytest.raises(BrokenChain):
        read_chain(signed(chain_of(1)), device=DeviceKey.generate().device_id)


def test_empty_chain_is_refused():
    with pytest.raises(JournalError):
        verify_signatures((), KEY.public_key)


@given(st.one_of(st.text(), st.binary().map(lambda b: b.decode("latin-1"))))
def test_any_text_is_entry_or_malformed(text):
    with pytest.raises(MalformedEntry):
        decode_entry(text)


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text())))
def test_entry_body_stays_verbatim(body):
    raw = msgspec.json.encode(body)
    link = append_draft(
        Draft(subject="x/1", kind="x.y", body=msgspec.Raw(raw)),
        key=KEY, head=ChainHead(), actor="ani", grant="", now=NOW,
    )  # fmt: skip
    assert raw in link.text
    assert encode_entry(decode_entry(link.text)) == link.text


def test_ruling_hash_covers_text_and_verdict():
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


def test_uuids_are_version_7_in_order():
    moments = [NOW + timedelta(milliseconds=i) for i in range(50)]
    made = [new_uuid(moment) for moment in moments]
    assert made == sorted(made)
    assert {uuid[14] for uuid in made} == {"7"}
    assert {uuid[19] for uuid in made} <= set("89ab")


def test_incident_number_contains_device_tag():
    assert incident_number(KEY.tag, 12) == f"SLK-{KEY.tag}-0012"


def depth_of(value):
    if not isinstance(value, (list, dict)):
        return 0
    return 1 + max(map(depth_of, value.values() if isinstance(value, dict) else value), default=0)


@given(
    st.recursive(
        st.one_of(st.none(), st.integers(), st.text(alphabet='[]{}\\"x')),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text('[{"\\'), inner, max_size=3)),
        max_leaves=12,
    ),
    st.integers(1, 4),
)
def test_nesting_is_counted_outside_of_texts(value, levels):
    assert is_nested_deeper(msgspec.json.encode(value), levels) == (depth_of(value) > levels)
