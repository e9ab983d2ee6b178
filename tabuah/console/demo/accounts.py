"""Accounts and data folders of the demonstration, and the server that is prepared for them."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _

if TYPE_CHECKING:
    from tabuah.storage.regency.profile_file import ProfileFolder

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that look alike
_LENGTH: Final = 12
EXERCISE_NAME: Final = "Demo"
EXERCISE_ID: Final = "demo-1"


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A user of the demonstration with a throw-away password."""

    name: str
    role: Role
    opd: str
    full_name: str
    password: str


class DemoAccounts(msgspec.Struct, frozen=True, kw_only=True):
    """The users and the gateway of one demonstration."""

    operator: DemoAccount
    supervisor: DemoAccount
    field: DemoAccount
    gateway: DemoAccount

    @property
    def all(self) -> tuple[DemoAccount, ...]:
        return (self.operator, self.supervisor, self.field, self.gateway)


class DemoFolders(msgspec.Struct, frozen=True):
    """The data folders of the demonstration."""

    folder: Path

    @property
    def server(self) -> Path:
        return self.folder / "server"

    @property
    def console(self) -> Path:
        return self.folder / "console"

    @property
    def field(self) -> Path:
        return self.folder / "posko"

    @property
    def supervisor(self) -> Path:
        return self.folder / "penyelia"

    @property
    def simulator(self) -> Path:
        return self.folder / "simulator"


def create_accounts() -> DemoAccounts:
    """Create the accounts, each with a new random password."""

    def account(name: str, role: Role, opd: str, full_name: str) -> DemoAccount:
        password = "".join(secrets.choice(_ALPHABET) for _letter in range(_LENGTH))
        return DemoAccount(name=name, role=role, opd=opd, full_name=full_name, password=password)

    return DemoAccounts(
        operator=account("petugas", Role.OPERATOR, "BPBD", _("Operator on duty (demo)")),
        supervisor=account("kalaksa", Role.SUPERVISOR, "BPBD", _("Head of operations (demo)")),
        # Without an OPD, so that it may work on the incidents of all OPDs of the sample.
        field=account("posko", Role.FIELD, "", _("Field office (demo)")),
        gateway=account("simulator", Role.GATEWAY, "Diskominfo", _("Simulated gateway")),
    )


def prepare_server(folder: Path, accounts: tuple[DemoAccount, ...], profile: "ProfileFolder | None" = None) -> None:
    """Create a server journal with the default rules, the exercise of the demonstration, and these users.

    Raises:
        ServerError: the journal cannot be created.
    """
    from tabuah.server.administration import write_initial_rules  # noqa: PLC0415 - loads the server
    from tabuah.server.journal import ServerJournal  # noqa: PLC0415 - as above
    from tabuah.server.people.user_changes import ADMINISTRATOR, create_user  # noqa: PLC0415 - loads the server
    from tabuah.server.regency.journal_profile import change_profile  # noqa: PLC0415 - loads the server

    with ServerJournal.open(folder) as journal:
        if profile is not None:
            change_profile(journal, profile, actor=ADMINISTRATOR)
        write_initial_rules(journal)
        journal.append_drafts([start_exercise(EXERCISE_NAME, known=(), suffix="1")])
        for account in accounts:
            create_user(
                journal,
                name=account.name,
                role=account.role,
                opd=account.opd,
                password=account.password,
                full_name=account.full_name,
            )
