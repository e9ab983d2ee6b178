"""A journal in memory: authors write drafts, and each entry is decided and folded."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import UNSET, UnsetType

from tabuah.operations.codes import Hazard
from tabuah.operations.decisions import decide
from tabuah.operations.entries import Decision, Draft, Entry, Verdict
from tabuah.operations.exercises.decisions import find_first_world, world_of_subject
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.exercises.wipe import wipe_state, wiped_between
from tabuah.operations.fold import fold
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.lookups import Lookups, find_raiser
from tabuah.operations.people.authority import Authority, AuthorityRecord, Device, Grant, User
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import NEWEST_VERSION, Policy
from tabuah.operations.recorded_entries import RecordedHistory
from tabuah.operations.subject_state import EMPTY, SubjectState

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
KOTO_BARU = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, nagari="Koto Baru", kecamatan="Kubung")


def key_of(number: int) -> str:
    """Return the id of a test's incident by number."""
    return f"00000000-0000-7000-8000-{number:012d}"


FIRST = key_of(1)
FIRST_SUBJECT = f"incident/{FIRST}"


@dataclass
class Author:
    """A person on one device."""

    name: str
    device: str
    tag: str
    n: itertools.count = field(default_factory=lambda: itertools.count(1))


@dataclass
class JudgedJournal:
    """The folded state; every author sees it at once unless a test keeps an older state."""

    decide_version: int = NEWEST_VERSION
    authority: Authority = field(default_factory=Authority)
    states: dict[str, SubjectState] = field(default_factory=dict)
    minutes: itertools.count = field(default_factory=itertools.count)
    history: RecordedHistory = field(default_factory=RecordedHistory)
    judged: dict[str, list[tuple[Entry, Verdict]]] = field(default_factory=dict)
    received_at: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.authority.update(Policy(decide_version=self.decide_version))

    def server(self) -> Author:
        """Add the server's device."""
        record = Device(
            id="server",
            public_key="0" * 64,
            tag="SRVR",
            name="server",
            owner="",
            written_before=0,
            approved=True,
            is_server=True,
        )
        self.authority.update(record)
        return Author("server", record.id, record.tag)

    @property
    def lookups(self) -> Lookups:
        return Lookups(
            incident=self._incident_or_none,
            entry=self.history.entry,
            reissues=self.history.reissues,
            alarm_raiser=lambda subject: find_raiser(self.judged.get(subject, ())),
            last_received_at=self.received_at.get,
            world=self._world_of,
        )

    def _world_of(self, subject: str) -> SubjectWorld | None:
        value = self.states.get(subject, EMPTY).value
        return world_of_subject(subject, value, lambda: find_first_world(self.judged.get(subject, ())))

    def _incident_or_none(self, key: str) -> Incident | None:
        value = self.states.get(f"incident/{key}", EMPTY).value
        return value if isinstance(value, Incident) else None

    def author(
        self,
        name: str,
        role: Role = Role.OPERATOR,
        *,
        device: str = "",
        opd: str = "BPBD",
        kecamatan: str | UnsetType = UNSET,
    ) -> Author:
        """Add a user with a device and a grant for a week."""
        author = Author(name, device or f"device-{name}", name[:4].upper().ljust(4, "A"))
        grant = Grant(
            id=f"grant-{name}",
            user=name,
            device=author.device,
            role=role,
            opd=opd,
            starts_at=MORNING,
            expires_at=MORNING + timedelta(days=7),
            kecamatan=kecamatan,
        )
        self.authority.update(User(name=name, role=role, opd=opd, grants={grant.id: grant}, kecamatan=kecamatan))
        device_record = Device(
            id=author.device,
            public_key="0" * 64,
            tag=author.tag,
            name="",
            owner=name,
            written_before=0,
            approved=True,
        )
        self.authority.update(device_record)
        return author

    def entry(self, author: Author, draft: Draft, **changes: object) -> Entry:
        """Return the entry that `author` would sign for `draft`."""
        n = next(author.n)
        made = Entry(
            id=f"{author.device}-{n}",
            device=author.device,
            n=n,
            prev="",
            actor=author.name,
            grant=f"grant-{author.name}",
            subject=draft.subject,
            kind=draft.kind,
            body=draft.body,
            base=draft.base,
            at=MORNING + timedelta(minutes=next(self.minutes)),
            occurred_at=draft.occurred_at,
            exercise=draft.exercise,
            exercise_ref=draft.exercise_id or UNSET,
        )
        return msgspec.structs.replace(made, **changes)

    def judge(self, entry: Entry) -> Decision:
        """Decide on an entry and fold it."""
        before = self.states.get(entry.subject, EMPTY)
        text = msgspec.json.encode(entry).decode()
        decision = decide(before, self.authority, entry, text=text, lookups=self.lookups)
        self.history.add(entry, text, decision.verdict)
        after = fold(before, entry, decision.verdict, text=text, reason=decision.reason)
        self.states[entry.subject] = after
        self.judged.setdefault(entry.subject, []).append((entry, decision.verdict))
        self.received_at[entry.device] = entry.at
        if after is not before and isinstance(after.value, AuthorityRecord):
            self.authority.update(after.value)
        if exercise_id := wiped_between(before, after):
            self.states = {subject: wipe_state(state, exercise_id) for subject, state in self.states.items()}
        return decision

    def write(self, author: Author, draft: Draft, **changes: object) -> Decision:
        """Sign a draft and decide on it."""
        return self.judge(self.entry(author, draft, **changes))

    def report(self, author: Author, key: str = FIRST, **changes: object) -> Incident:
        """Report a flood in Koto Baru."""
        body = IncidentReported(
            number=f"SLK-{author.tag}-0001", hazard=Hazard.FLOOD, title="Banjir di Jorong Simpang", place=KOTO_BARU
        )
        self.write(author, report_incident(body, incident_id=key), **changes)
        return self.incident(key)

    def incident(self, key: str = FIRST) -> Incident:
        value = self.states[f"incident/{key}"].value
        assert isinstance(value, Incident)
        return value
