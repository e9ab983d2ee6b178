"""Who plays in the demonstration, where each keeps its data, and the server made ready for them."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tabuah.operations.authority.roles import Role
from tabuah.resources.catalogue import _

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_LENGTH: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One user of the demonstration with a password that is thrown away."""

    name: str
    role: Role
    opd: str
    full_name: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The people and the gateway."""

    operator: Player
    supervisor: Player
    field: Player
    gateway: Player

    @property
    def all(self) -> tuple[Player, ...]:
        """Everybody."""
        return (self.operator, self.supervisor, self.field, self.gateway)


@dataclass(frozen=True, slots=True)
class Stage:
    """The folders of the demonstration."""

    folder: Path

    @property
    def server(self) -> Path:
        """The server's data."""
        return self.folder / "server"

    @property
    def console(self) -> Path:
        """The console in the control room."""
        return self.folder / "console"

    @property
    def field(self) -> Path:
        """The laptop of the field office."""
        return self.folder / "posko"

    @property
    def simulator(self) -> Path:
        """The simulated gateway."""
        return self.folder / "simulator"


def cast() -> Cast:
    """Everybody, with new passwords."""

    def player(name: str, role: Role, opd: str, full_name: str) -> Player:
        password = "".join(secrets.choice(_ALPHABET) for _letter in range(_LENGTH))
        return Player(name=name, role=role, opd=opd, full_name=full_name, password=password)

    return Cast(
        operator=player("petugas", Role.OPERATOR, "BPBD", _("Operator on duty (demo)")),
        supervisor=player("kalaksa", Role.SUPERVISOR, "BPBD", _("Head of operations (demo)")),
        field=player("posko", Role.FIELD, "Kecamatan Lembang Jaya", _("Field office (demo)")),
        gateway=player("simulator", Role.GATEWAY, "Diskominfo", _("Simulated gateway")),
    )


def prepare_server(folder: Path, players: tuple[Player, ...]) -> None:
    """Begin a journal with the default rules and these users.

    Raises:
        ServerError: it cannot be made.
    """
    from tabuah.server.administration import create_user, write_first_rules  # noqa: PLC0415 - loads the server
    from tabuah.server.journal import ServerJournal  # noqa: PLC0415

    with ServerJournal.open(folder) as journal:
        write_first_rules(journal)
        for player in players:
            create_user(
                journal,
                name=player.name,
                role=player.role,
                opd=player.opd,
                password=player.password,
                full_name=player.full_name,
            )
