"""Administration on the server's data, whether the server runs or not: devices and initial rules."""

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.authority import Device
from tabuah.operations.people.entry_bodies import DeviceApproved, DeviceRevoked
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.resources.localisation import _
from tabuah.server.bundles.quarantine import admit_quarantined
from tabuah.server.errors import NoSuchRecord, ServerError
from tabuah.server.feeds.initial_rules import write_initial_bulletin_rules
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import ADMINISTRATOR


def write_initial_rules(journal: ServerJournal) -> int:
    """Journal the initial rules of a new server, including those about bulletins; do nothing where rules exist.

    Returns:
        Number of rules about series that were written.

    Raises:
        UnusableFeeds: `feeds.toml` cannot be read; it may contain rules about bulletins.
    """
    write_initial_bulletin_rules(journal, actor=ADMINISTRATOR)
    if journal.states_of_kind("rule"):
        return 0
    drafts = [
        Draft(subject=subject_of("rule", rule.id), kind="rule.written", body=encode_body(RuleWritten(rule=rule)))
        for rule in default_rules()
    ]
    return len(journal.append_drafts(drafts, actor=ADMINISTRATOR))


def approve_device(journal: ServerJournal, device_id: str, *, by: str = ADMINISTRATOR) -> Device:
    """Approve a device.

    Raises:
        NoSuchRecord: no device matches.
    """
    device = find_device(journal, device_id)
    if not device.approved:
        _write(journal, device, "device.approved", DeviceApproved(by=by))
        journal.security_log.record("device_approved", user=device.owner, device=device.id)
        admit_quarantined(journal)  # a bundle may have brought its work before the approval
    return journal.authority.devices[device.id]


def revoke_device(
    journal: ServerJournal, device_id: str, reason: str, *, stolen: bool = False, by: str = ADMINISTRATOR
) -> Device:
    """Revoke a device: its later entries are held for a supervisor. A stolen one is ordered to wipe its data.

    Raises:
        NoSuchRecord: no device matches.
        ServerError: it is the server's own device.
    """
    device = find_device(journal, device_id)
    if device.is_server:
        raise ServerError(_("The server cannot revoke itself."))
    if not device.revoked or (stolen and not device.is_stolen):
        _write(journal, device, "device.revoked", DeviceRevoked(by=by, reason=reason, stolen=stolen))
        code = "stolen" if stolen else ""
        journal.security_log.record("device_revoked", user=device.owner, device=device.id, code=code)
    return journal.authority.devices[device.id]


def find_device(journal: ServerJournal, wanted: str) -> Device:
    """Find a device by its id, the beginning of the id, or its four-letter tag.

    Raises:
        NoSuchRecord: no device matches, or more than one.
    """
    devices = journal.authority.devices.values()
    found = [d for d in devices if wanted and (d.id.startswith(wanted.lower()) or d.tag == wanted.upper())]
    if len(found) != 1:
        message = _("{id} matches more than one device.") if found else _("There is no device {id}.")
        raise NoSuchRecord(message.format(id=wanted))
    return found[0]


def _write(journal: ServerJournal, device: Device, kind: str, body: DeviceApproved | DeviceRevoked) -> None:
    draft = Draft(subject=subject_of("device", device.id), kind=kind, body=encode_body(body))
    journal.append_drafts([draft], actor=body.by)
