"""The state of one subject: its folded value, and its held entries."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.subjects import SUBJECTS

if TYPE_CHECKING:
    SubjectValue: TypeAlias = msgspec.Struct
else:  # msgspec decodes a state by its tag
    SubjectValue = reduce(or_, (subject.state for subject in SUBJECTS))


class SubjectState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`value` is None before the first effective entry; `held` has the texts of held entries.

    Held entries wait for a supervisor; those in `waiting` are deferred. `turned_away` names rejected
    entries on which others may still depend (see `deferred`). `unknown_kinds` are kinds of a newer
    version: the subject is then read-only here. `heard` is the last number of each device that wrote
    here, and `again` which device re-issued which entry (see `reissued_entries`).
    """

    value: SubjectValue | None = None
    held: dict[str, str] = {}
    waiting: tuple[str, ...] = ()
    turned_away: tuple[str, ...] = ()
    unknown_kinds: tuple[str, ...] = ()
    heard: dict[str, int] = {}
    again: dict[str, str] = {}


EMPTY: Final = SubjectState()

# Raise it when the same entries fold to another state than before: a console then accepts no
# snapshot of another version, and folds the journal itself.
FOLD_VERSION: Final = 3

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODER: Final = msgspec.json.Decoder(SubjectState)


def state_text(state: SubjectState) -> bytes:
    """Encode the state as JSON, with the same bytes on every machine."""
    return _ENCODER.encode(state)


def clamp_state(state: SubjectState) -> SubjectState:
    """Return the state with its value inside the bounds, for programs that compute with it or show it."""
    return state if state.value is None else msgspec.structs.replace(state, value=clamp(state.value))


def read_state(text: bytes | str) -> SubjectState:
    return _DECODER.decode(text)
