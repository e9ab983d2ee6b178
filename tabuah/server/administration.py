"""What an administrator does on the server's own data, while the server runs or not: users, devices, first rules."""

from tabuah.operations.authority.bodies import DeviceApproved, DeviceRevoked, UserCreated
from tabuah.operations.authority.records import Device, User
from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.rules.bodies import RuleWritten
from tabuah.operations.rules.defaults import default_rules
from tabuah.resources.catalogue import _
from tabuah.server.bundles.aside import drain_aside
from tabuah.server.errors import DraftRefused, NameTaken, NoSuchRecord, ServerError
from tabuah.server.feeds.first_rules import write_first_bulletin_rules
from tabuah.server.journal import ServerJournal
from tabuah.server.sessions.passwords import Passwords

ADMINISTRATOR = "administrator"


def write_first_rules(journal: ServerJournal) -> int:
    """Journal the rules that a new server starts with, where there are none yet; also those about bulletins.

    Returns:
        How many about series were written.

    Raises:
        UnusableFeeds: `feeds.toml` may hold rules about bulletins and cannot be read.
    """
    write_first_bulletin_rules(journal, actor=ADMINISTRATOR)
    if journal.states_of_kind("rule"):
        return 0
    drafts = [
        Draft(subject=subject_of("rule", rule.id), kind="rule.written", body=encode_body(RuleWritten(rule=rule)))
        for rule in default_rules()
    ]
    return len(journal.append_own(drafts, actor=ADMINISTRATOR))


def create_user(
    journal: ServerJournal, *, name: str, role: Role, opd: str, password: str, full_name: str = ""
) -> User:
    """A new user with a password.

    Raises:
        WeakPassword: the password is too short.
        NameTaken: there is such a user.
        ServerError: the name or the role cannot be had.
    """
    if role is Role.SERVER:
        raise ServerError(_("The role {role} is the server's own.").format(role=role.value))
    body = UserCreated(name=name, role=role, opd=opd, full_name=full_name)
    draft = Draft(subject=subject_of("user", name), kind="user.created", body=encode_body(body))
    try:
        journal.append_own([draft], actor=ADMINISTRATOR, passwords={name: Passwords().hash(password)})
    except DraftRefused as refused:
        if refused.reason == "already_exists":
            raise NameTaken(_("There is a user {name} already.").format(name=name)) from refused
        raise ServerError(
            _("{name} cannot be a user's name: 1 to 80 characters without spaces and slashes.").format(name=name)
        ) from refused
    return journal.authority.users[name]


def approve_device(journal: ServerJournal, device_id: str) -> Device:
    """Let a device in.

    Raises:
        NoSuchRecord: there is none of that id.
    """
    device = find_device(journal, device_id)
    if not device.approved:
        _write(journal, device, "device.approved", DeviceApproved(by=ADMINISTRATOR))
        drain_aside(journal)  # its work may have come before it by bundle
    return journal.authority.devices[device.id]


def revoke_device(journal: ServerJournal, device_id: str, reason: str) -> Device:
    """Lock a device out: what it writes from now on waits for a supervisor.

    Raises:
        NoSuchRecord: there is none of that id.
        ServerError: it is the server itself.
    """
    device = find_device(journal, device_id)
    if device.is_server:
        raise ServerError(_("The server cannot revoke itself."))
    if not device.revoked:
        _write(journal, device, "device.revoked", DeviceRevoked(by=ADMINISTRATOR, reason=reason))
    return journal.authority.devices[device.id]


def find_device(journal: ServerJournal, wanted: str) -> Device:
    """A device by its id, the beginning of it, or its four letters.

    Raises:
        NoSuchRecord: there is none, or more than one.
    """
    devices = journal.authority.devices.values()
    found = [d for d in devices if wanted and (d.id.startswith(wanted.lower()) or d.tag == wanted.upper())]
    if len(found) != 1:
        message = _("More than one device is meant by {id}.") if found else _("There is no device {id}.")
        raise NoSuchRecord(message.format(id=wanted))
    return found[0]


def _write(journal: ServerJournal, device: Device, kind: str, body: DeviceApproved | DeviceRevoked) -> None:
    draft = Draft(subject=subject_of("device", device.id), kind=kind, body=encode_body(body))
    journal.append_own([draft], actor=ADMINISTRATOR)
