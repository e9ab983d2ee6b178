"""The checks of `tabuah doctor` on a server's directory."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from tabuah.console.commands.health_check import HealthCheck, check_disk
from tabuah.console.commands.server.data_owner import root_files
from tabuah.resources.localisation import _, format_moment, format_number
from tabuah.server.audit import audit_server, check_server_databases
from tabuah.server.backup import read_restore_record
from tabuah.server.database.engine import FILE_NAME as JOURNAL_NAME
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import ServerError
from tabuah.server.handback.branches import read_branches_of
from tabuah.server.handback.wait import read_wait_of
from tabuah.server.journal import utc_now
from tabuah.server.messages.mailbox_file import MailboxFile
from tabuah.server.messages.settings_file import check_mailbox, load_message_settings
from tabuah.server.notices.notice_queue import FILE_NAME as NOTICES_NAME
from tabuah.server.notices.notice_queue import NoticeQueue
from tabuah.server.notices.settings_file import load_notice_settings
from tabuah.server.steady_clock import read_clock_jump
from tabuah.server.tls.administration import read_tls_state
from tabuah.server.tls.authority import TlsFiles
from tabuah.server.webhooks.settings_file import keys_of, load_webhook_settings
from tabuah.server.webhooks.webhook_queue import WebhookQueue
from tabuah.storage.backup.errors import BackupError
from tabuah.storage.blobs.errors import BlobMissing, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.text.sync.audit_findings import describe_finding

AUTHORITY_WARNING: Final = timedelta(days=365)
_NAMES_SHOWN: Final = 5
_RENEWAL_MARGIN: Final = timedelta(days=1)  # a running server has renewed it by then


def check_server(path: Path, *, quick: bool = False) -> list[HealthCheck]:
    """Check the data of a server, which may run."""
    directory = ServerDirectory(path)
    finding = _("{directory} contains the data of a server.").format(directory=path)
    checks = [HealthCheck("folder", ok=True, finding=finding), check_disk(path), _check_databases(path, quick=quick)]
    if checks[-1].ok and not quick:
        checks += [_check_journal(path), _check_attachments(directory)]
    checks += [*_check_owner(path), *_check_certificate(path), *_check_notices(path), *_check_webhooks(path)]
    checks += _check_mailboxes(path)
    return [*checks, *_check_clock(path), *_check_restore(path), *_check_handback(path), *_check_histories(path)]


def _check_databases(path: Path, *, quick: bool) -> HealthCheck:
    """Check the files, that every state can be decoded, and that the key belongs to the journal."""
    try:
        check_server_databases(path, quick=quick)
    except (ServerError, BackupError) as error:
        return HealthCheck("data", ok=False, finding=str(error), advice="tabuah server restore BACKUP --into DIR")
    return HealthCheck("data", ok=True, finding=_("The databases are intact."))


def _check_journal(path: Path) -> HealthCheck:
    try:
        report = audit_server(path)
    except ServerError as error:
        return HealthCheck("data", ok=False, finding=str(error))
    if report.findings:
        first = report.findings[0]
        finding = describe_finding(first.check, seq=first.seq, detail=first.detail)
        return HealthCheck("data", ok=False, finding=finding, advice="tabuah audit verify")
    verified = _("Verified: {head} records, their chain, signatures and verdicts, and {subjects} states.")
    numbers = {"head": format_number(report.head), "subjects": format_number(report.subjects)}
    return HealthCheck("journal", ok=True, finding=verified.format(**numbers))


def _check_attachments(directory: ServerDirectory) -> HealthCheck:
    """Hash every attachment; a damaged one is moved away, so that it can be sent again."""
    damaged = []
    for folder in (directory.blobs_path, directory.boxes_path):
        store = BlobStore(folder) if folder.is_dir() else None
        for sha256 in store.stored() if store is not None else ():
            try:
                store.verified_path(sha256)  # type: ignore[union-attr]
            except DamagedBlob:
                damaged.append(sha256)
            except BlobMissing:
                continue  # found damaged by the server meanwhile
    if damaged:
        finding = _("{n} attachments were damaged on this disk: {names}").format(
            n=len(damaged), names=", ".join(name[:12] for name in damaged)
        )
        advice = _("They were moved away; consoles that have them can send them again.")
        return HealthCheck("attachments", ok=False, finding=finding, advice=advice)
    return HealthCheck("attachments", ok=True, finding=_("All attachments match their hash."))


def _check_owner(path: Path) -> list[HealthCheck]:
    """Report files of root in the directory of another user: root reads them here, and the service does not."""
    found = root_files(path)
    if not found:
        return []
    finding = _("{n} files belong to root, and the owner of {directory} cannot read them: {names}").format(
        n=format_number(len(found)), directory=path, names=", ".join(found[:_NAMES_SHOWN])
    )
    command = f"chown -R --reference={path} {path}"
    return [HealthCheck("owner", ok=False, finding=finding, advice=command)]


def _check_clock(path: Path) -> list[HealthCheck]:
    """Report that the clock of this computer jumped while the server ran."""
    jump = read_clock_jump(path)
    if jump is None:
        return []
    finding = _(
        "The clock of this computer jumped by {hours} h at {moment}; the server goes on with the time before."
    )
    found = finding.format(hours=format_number(jump.jump_s / 3600, digits=1), moment=format_moment(jump.found_at))
    return [HealthCheck("clock", ok=False, finding=found, advice=_("Check the clock, then start the server again."))]


def _check_certificate(path: Path) -> list[HealthCheck]:
    """Report the server's own certificate; nothing where it has none."""
    if not TlsFiles(path).has_authority:
        return []
    try:
        found = read_tls_state(path)
    except ServerError as error:
        return [HealthCheck("certificate", ok=False, finding=str(error))]
    finding = _("The certificate is for {names}, until {moment}.")
    text = finding.format(names=", ".join(found.names), moment=format_moment(found.expires_at))
    if found.authority_expires_at - utc_now() < AUTHORITY_WARNING:
        ends = _("The certificate authority ends {moment}; every console must be paired again before.")
        text = ends.format(moment=format_moment(found.authority_expires_at))
        return [HealthCheck("certificate", ok=False, finding=text, advice="tabuah server tls init --new-authority")]
    is_late = found.renews_at + _RENEWAL_MARGIN < utc_now()
    return [HealthCheck("certificate", not is_late, text, "tabuah server tls renew" if is_late else "")]


def _check_notices(path: Path) -> list[HealthCheck]:
    """Report the settings and the queue of notices; nothing where there are none."""
    try:
        channels = len(load_notice_settings(path).channel)
        if not channels:
            return []
        failed = 0
        if (path / NOTICES_NAME).exists():
            with NoticeQueue(path) as queue:
                failed = queue.counts().failed
    except ServerError as error:
        return [HealthCheck("notices", ok=False, finding=str(error), advice="tabuah server notices check")]
    if failed:
        finding = _("{n} messages were not accepted and are given up.").format(n=format_number(failed))
        return [HealthCheck("notices", ok=False, finding=finding, advice="tabuah server notices list --state failed")]
    finding = _("Notices are sent through {n} channels.").format(n=channels)
    return [HealthCheck("notices", ok=True, finding=finding)]


def _check_webhooks(path: Path) -> list[HealthCheck]:
    """Report the settings, secrets and endpoints of webhooks; nothing where there are none."""
    try:
        endpoints = load_webhook_settings(path).endpoint
        for endpoint in endpoints:
            keys_of(endpoint, path)
        if not endpoints:
            return []
        with WebhookQueue(path) as queue:
            known = queue.endpoints(tuple(endpoint.name for endpoint in endpoints))
    except ServerError as error:
        return [HealthCheck("webhooks", ok=False, finding=str(error), advice="tabuah server webhooks check")]
    disabled = [each.name for each in known if each.disabled_at is not None]
    if disabled:
        finding = _("Webhooks to {names} are disabled.").format(names=", ".join(disabled))
        return [HealthCheck("webhooks", ok=False, finding=finding, advice="tabuah server webhooks list")]
    finding = _("Events are sent to {n} endpoints.").format(n=len(endpoints))
    return [HealthCheck("webhooks", ok=True, finding=finding)]


def _check_mailboxes(path: Path) -> list[HealthCheck]:
    """Report messages.toml, the passwords of mailboxes, and those that cannot be read; nothing without mailboxes."""
    try:
        mailboxes = load_message_settings(path).mailboxes
        for account, mailbox in mailboxes.items():
            check_mailbox(account, mailbox, path)
        if not mailboxes:
            return []
        with MailboxFile(path) as file:
            states = [file.state(account) for account in mailboxes]
    except ServerError as error:
        return [HealthCheck("mailboxes", ok=False, finding=str(error), advice="tabuah server messages check")]
    failing = [each.account for each in states if each.is_failing(utc_now())]
    if failing:
        finding = _("The mailboxes of {names} cannot be read.").format(names=", ".join(failing))
        return [HealthCheck("mailboxes", ok=False, finding=finding, advice="tabuah server messages list")]
    paused = sum(each.paused_at is not None for each in states)
    finding = _("Mails come from {n} mailboxes; {paused} are paused.").format(n=len(states), paused=paused)
    return [HealthCheck("mailboxes", ok=True, finding=finding)]


def _check_restore(path: Path) -> list[HealthCheck]:
    restored = read_restore_record(path)
    if restored is None:
        return []
    finding = _(
        "Restored {restored_at} from a copy of {copied_at}, up to entry {seq}. Readings and passwords in between are"
        " lost."
    ).format(
        restored_at=format_moment(restored.restored_at),
        copied_at=format_moment(restored.copied_at),
        seq=format_number(restored.seq),
    )
    return [HealthCheck("restored", ok=True, finding=finding)]


def _check_handback(path: Path) -> list[HealthCheck]:
    try:
        wait = read_wait_of(path / JOURNAL_NAME)
    except (sqlite3.DatabaseError, msgspec.DecodeError):
        return []  # reported by the check of the databases
    if wait is None or not wait.is_open(utc_now()):
        return []
    finding = _("It has waited since {since} for entries that it lost, and takes no new ones.")
    advice = _("Start Tabuah on the consoles, or: tabuah server handback --end-wait")
    found = finding.format(since=format_moment(wait.since))
    return [HealthCheck("handback", ok=False, finding=found, advice=advice)]


def _check_histories(path: Path) -> list[HealthCheck]:
    """Report a second history from consoles that an administrator has to decide on."""
    try:
        undecided = [branch.differs_at for branch in read_branches_of(path / JOURNAL_NAME) if not branch.decided]
    except (SQLAlchemyError, ValueError):
        return []  # reported by the check of the databases
    if not undecided:
        return []
    finding = _("Consoles have another history than the server from entry {seq} on; it waits for a decision.")
    found = finding.format(seq=format_number(min(undecided)))
    return [HealthCheck("histories", ok=False, finding=found, advice="tabuah server handback")]
