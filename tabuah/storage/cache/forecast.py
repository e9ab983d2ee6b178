"""What the server will probably say: `decide` under the role that this console believes to have."""

from collections.abc import Iterable
from dataclasses import dataclass

from tabuah.operations.authority.authority import Authority, Standing
from tabuah.operations.authority.records import Device
from tabuah.operations.authority.roles import Role
from tabuah.operations.deciding import decide
from tabuah.operations.entries import Decision, Entry, Verdict
from tabuah.operations.folding import fold
from tabuah.operations.identifying import NumberOwner, no_numbers
from tabuah.operations.subjects import SubjectState
from tabuah.storage.cache.meta import Identity


@dataclass(slots=True)
class TrustingAuthority(Authority):
    """The authority as known here, with this device as if it were admitted.

    Work goes on while a grant has expired or a device waits for approval: the server will hold such entries, yet
    their author must see them and build on them. So the forecast never doubts, it only applies the rules.
    """

    own_role: Role = Role.SUPERVISOR
    own_device: str = ""
    number_owner: NumberOwner = no_numbers

    def standing_of(self, entry: Entry) -> Standing:
        """The role of the grant that an entry carries; without one, that of its author as far as it is known here."""
        grant = self.grants.get(entry.grant)
        if grant is not None:
            return Standing(role=grant.role)
        if entry.device == self.own_device:
            return Standing(role=self.own_role)
        device = self.devices.get(entry.device)
        author = self.users.get(entry.actor) or (self.users.get(device.owner) if device else None)
        return Standing(role=author.role if author else Role.VIEWER)


def trusting(
    known: Authority, identity: Identity | None, device: str, tag: str, *, number_owner: NumberOwner = no_numbers
) -> TrustingAuthority:
    """The authority for forecasts; before the first log-in nobody knows the role, so nothing is kept from anybody."""
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
    return TrustingAuthority(
        users=known.users,
        devices={**known.devices, device: own},
        grants={**known.grants, **held},
        own_role=identity.role if identity else Role.SUPERVISOR,
        own_device=device,
        number_owner=number_owner,
    )


def forecast(state: SubjectState, authority: TrustingAuthority, entry: Entry) -> Decision:
    """What the server will probably say about an own entry."""
    return decide(state, authority, entry, number_owner=authority.number_owner)


def replay(
    confirmed: SubjectState, pending: Iterable[tuple[Entry, str]], authority: TrustingAuthority
) -> SubjectState:
    """The state with own unconfirmed entries on top; those that will be rejected by now change nothing."""
    state = confirmed
    for entry, text in pending:
        decision = forecast(state, authority, entry)
        if decision.verdict is not Verdict.REJECTED:
            state = fold(state, entry, decision.verdict, text=text, reason=decision.reason)
    return state
