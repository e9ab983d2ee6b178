"""Predicted verdicts: `decide` under the role that this console assumes to have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from tabuah.operations.decisions import decide
from tabuah.operations.entries import Decision, Entry, Verdict
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.fold import fold
from tabuah.operations.lookups import NO_LOOKUPS, Lookups, RecordedEntry
from tabuah.operations.people.authority import Authorisation, Authority, Device
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import NEWEST_VERSION
from tabuah.operations.recorded_entries import recorded_history
from tabuah.operations.subject_state import SubjectState
from tabuah.storage.cache.meta import Identity


@dataclass(slots=True)
class PredictionAuthority(Authority):
    """The known authority, with this device assumed to be admitted.

    Work continues while a grant has expired or a device waits for approval: the server will hold such
    entries, but their author must see them and build on them. So the prediction applies only the rules
    and never holds an entry in doubt.
    """

    own_role: Role = Role.SUPERVISOR
    own_device: str = ""
    lookups: Lookups = NO_LOOKUPS

    @property
    def is_partial(self) -> bool:
        """Whether the journal was never pulled, as by a gateway: its first entry enrols the server."""
        return not any(device.is_server for device in self.devices.values())

    @property
    def decide_version(self) -> int:
        """The version of the rules in force; the newest where they are not known yet."""
        return NEWEST_VERSION if self.is_partial else min(self.policy.decide_version, NEWEST_VERSION)

    def authorise(self, entry: Entry, **_proof: object) -> Authorisation:
        """Return the role of the entry's grant; without a grant, the known role of its author."""
        grant = self.grants.get(entry.grant)
        if grant is not None:
            return Authorisation(role=grant.role)
        if entry.device == self.own_device:
            return Authorisation(role=self.own_role)
        device = self.devices.get(entry.device)
        author = self.users.get(entry.actor) or (self.users.get(device.owner) if device else None)
        return Authorisation(role=author.role if author else Role.VIEWER)


def prediction_authority(
    known: Authority,
    identity: Identity | None,
    device: str,
    tag: str,
    *,
    lookups: Lookups = NO_LOOKUPS,
    started: Iterable[Exercise] = (),
) -> PredictionAuthority:
    """Return the authority for predictions; before the first log-in it has the role of a supervisor.

    The role is unknown then, so nothing is withheld. `started` are exercises whose start is still pending. They run:
    their end, if it is pending, too, follows the work in them.
    """
    running = (msgspec.structs.replace(exercise, ended_at=None, wiped_at=None) for exercise in started)
    own = Device(
        id=device,
        public_key="",
        tag=tag,
        name="",
        owner=identity.user if identity else "",
        written_before=0,
        approved=True,
    )
    held = {identity.grant.id: identity.grant} if identity and identity.grant else {}
    return PredictionAuthority(
        users=known.users,
        devices={**known.devices, device: own},
        grants={**known.grants, **held},
        own_role=identity.role if identity else Role.SUPERVISOR,
        own_device=device,
        policy=known.policy,
        units=known.units,
        exercises={**{exercise.id: exercise for exercise in running}, **known.exercises},
        lookups=lookups,
    )


def predict_verdict(
    state: SubjectState,
    authority: PredictionAuthority,
    entry: Entry,
    *,
    text: str,
    earlier: Sequence[tuple[str, Verdict]] = (),
) -> Decision:
    """Return the server's probable verdict on an entry of this device.

    Args:
        state: the subject's state, pending entries before this one included.
        authority: the authority for predictions.
        entry: the entry.
        text: its own text.
        earlier: texts of those pending entries, with their predicted verdicts.
    """
    lookups = _with_pending(authority.lookups, earlier) if earlier else authority.lookups
    return decide(state, authority, entry, text=text, lookups=lookups)


def _with_pending(lookups: Lookups, pending: Sequence[tuple[str, Verdict]]) -> Lookups:
    """Return lookups that also find pending entries of the subject."""

    def entry(entry_id: str) -> RecordedEntry | None:
        return recorded_history(pending).entry(entry_id) or lookups.entry(entry_id)

    def reissues(subject: str, again: str) -> list[RecordedEntry]:
        return [*lookups.reissues(subject, again), *recorded_history(pending).reissues(subject, again)]

    return msgspec.structs.replace(lookups, entry=entry, reissues=reissues)


def predict_pending(
    confirmed: SubjectState, pending: Iterable[tuple[Entry, str]], authority: PredictionAuthority
) -> tuple[SubjectState, list[tuple[str, Verdict]]]:
    """Return the state with pending entries on top, and the text and predicted verdict of those that change it."""
    state = confirmed
    earlier: list[tuple[str, Verdict]] = []
    for entry, text in pending:
        decision = predict_verdict(state, authority, entry, text=text, earlier=earlier)
        if decision.verdict is not Verdict.REJECTED:
            earlier.append((text, decision.verdict))
            state = fold(state, entry, decision.verdict, text=text, reason=decision.reason)
    return state, earlier


def rebase(
    confirmed: SubjectState, pending: Iterable[tuple[Entry, str]], authority: PredictionAuthority
) -> SubjectState:
    """Return the state with pending entries on top; those that would be rejected change nothing."""
    return predict_pending(confirmed, pending, authority)[0]
