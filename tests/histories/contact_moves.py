"""Moves of contacts: registered, changed, removed and restored by several people; numbers read, erased and hidden."""

import msgspec
from histories import versions
from histories.auditor import Audit
from histories.base_machine import CONSOLES, CRASHES, MAX_CONSOLES, PICKS, TROUBLES, HistoryMachine
from histories.contact_oracle import check_contacts, check_erased, check_numbers, check_unreadable
from histories.faulty_transport import Trouble
from histories.outsider import outsider_of
from histories.world import USERS, Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.drafts import edit_contact, register_contact, restore_contact, retire_contact
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.people.personal_data import list_personal_data, order_erasure
from tabuah.storage.journal.identifiers import new_salt, new_uuid

ACTS = ("register", "phone", "remark", "numbers", "numbers", "remove", "retire", "restore")
CHANGES = st.lists(st.tuples(st.sampled_from(ACTS), PICKS), min_size=1, max_size=3)
MAX_CONTACTS = 3
FUNCTIONS = ("camat", "wali_nagari")
NONE = PersonalNumbers()


class ContactMoves(HistoryMachine):
    """Moves of contacts."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, troubles=TROUBLES, exchanges=st.booleans())
    def keep_contacts(
        self, number: int, changes: list[tuple[str, int]], crash: int, troubles: list[Trouble], exchanges: bool
    ) -> None:
        """Change contacts, perhaps without a connection; a field office may not."""
        console = self.console(number)
        for what, pick in changes:
            self.change_contact(console, what, pick, crash)
        if exchanges:
            self.exchange(console, troubles)

    @rule(numbers=st.permutations(range(3)), what=st.sampled_from(ACTS), other=st.sampled_from(ACTS), pick=PICKS)
    def change_at_once(self, numbers: list[int], what: str, other: str, pick: int) -> None:
        """Change the same contact at two consoles from the same view, then send both."""
        pair = [self.console(number) for number in numbers[:2]]
        for console in pair:
            self.exchange(console)
        for console, act in zip(pair, (what, other), strict=True):
            self.change_contact(console, act, pick, 0)
        for console in reversed(pair):
            self.exchange(console)

    @rule(number=CONSOLES, pick=PICKS)
    def twin_contacts(self, number: int, pick: int) -> None:
        """Erase the numbers of a contact that a console sent; its copy sends the same work under another key."""
        world, console = self.world, self.console(number)
        self.exchange(console)
        self.change_contact(console, "register", 2 * pick, 0)
        if len(world.consoles) == MAX_CONSOLES:
            return
        world.copy(console)
        world.clone(-1)
        copied = world.consoles[-1]
        (copied.directory / "device.key").unlink(missing_ok=True)
        world.reopen(copied)
        self.change_contact(copied, "phone", pick, 0)
        first, second = (console, copied) if pick % 2 else (copied, console)
        for _attempt in range(2):  # a new key logs in first
            self.exchange(first)
        self.erase(pick, kind="contact")
        self.exchange(second)
        self.exchange(second)

    @rule(user=st.sampled_from(list(USERS)), what=st.sampled_from(ACTS), pick=PICKS)
    def write_by_another_program(self, user: str, what: str, pick: int) -> None:
        """Write a contact as any user by a program that does not check the role."""
        states = self.world.server.journal.states_of_kind("contact")
        known = [state.value for _subject, state in sorted(states.items()) if isinstance(state.value, Contact)]
        draft = draft_of(known, what, pick, new_id=new_uuid(self.world.clock()))
        if draft is not None:
            outsider_of(self.world, user).write(draft)

    @rule(pick=PICKS, number=CONSOLES, exchanges=st.booleans())
    def erase_on_request(self, pick: int, number: int, exchanges: bool) -> None:
        """Erase the personal values of one incident or contact."""
        self.erase(pick)
        if exchanges:
            self.exchange(self.console(number))

    @rule(number=CONSOLES, role=st.sampled_from([Role.VIEWER, Role.AUDITOR]), troubles=TROUBLES)
    def read_no_more(self, number: int, role: Role, troubles: list[Trouble]) -> None:
        """Take the right to read personal numbers from a user for a while."""
        console, server = self.console(number), self.world.server
        before = server.journal.authority.users[console.user].role
        server.change_user(console.user, UserChanged(role=role))
        self.exchange(console, troubles)
        self.exchange(console)
        check_unreadable(console)
        server.change_user(console.user, UserChanged(role=before))

    # parts of moves

    def change_contact(self, console: Console, what: str, pick: int, crash: int) -> None:
        draft = draft_of(console.store.contacts(), what, pick, new_id=new_uuid(console.store.now()))
        if draft is not None:
            self.save(console, draft, None, crash)

    def erase(self, pick: int, *, kind: str = "") -> None:
        journal = self.world.server.journal
        known = [each for each in list_personal_data(journal) if each.subject.startswith(kind)]
        if known:
            with versions.running(newer=self.world.server.newer):
                order_erasure(journal, [known[pick % len(known)].subject], reason="permintaan", by="rina")

    # checks

    def check_end(self, audited: Audit) -> None:
        super().check_end(audited)
        check_contacts(self.world, audited)
        check_numbers(self.world, audited)
        check_erased(self.world, audited)


def draft_of(known: list[Contact], what: str, pick: int, *, new_id: str) -> Draft | None:
    """Return a change of one of the known contacts, or a new contact; None where it is not possible."""
    numbers = PersonalNumbers(phones=(f"0812 77{pick:04d}",))
    if what == "register" or not known:
        contact = Contact(id=new_id, name=f"kontak {pick}", function=FUNCTIONS[pick % 2], phones=("0755 31123",))
        personal = numbers if pick % 2 == 0 else None
        return register_contact(contact, personal, salt=new_salt()) if len(known) < MAX_CONTACTS else None
    contact = known[pick % len(known)]
    try:
        match what:
            case "phone":
                return edit_contact(contact, msgspec.structs.replace(contact, phones=(f"0755 3{pick:04d}",)))
            case "remark":
                return edit_contact(contact, msgspec.structs.replace(contact, remark=f"catatan {pick}"))
            case "numbers":
                return edit_contact(contact, contact, numbers, salt=new_salt())
            case "remove":
                return edit_contact(contact, contact, NONE)
            case "retire":
                return retire_contact(contact, reason="pindah")
        return restore_contact(contact, reason="kembali")
    except NotPossible:
        return None
