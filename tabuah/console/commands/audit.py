"""`tabuah audit verify`: recompute hashes, signatures, verdicts and states of a journal."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.resources.localisation import N_, _, format_number
from tabuah.storage.data_files import is_server_directory
from tabuah.storage.journal.audit import AuditCheck, AuditFinding

if TYPE_CHECKING:
    from tabuah.storage.journal.audit import AuditReport


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `audit verify --json`; `first` is above 1 on a console that began with a snapshot."""

    path: str
    first: int
    head: int
    hash: str
    subjects: int
    complete: bool
    findings: tuple[AuditFinding, ...]


@click.group("audit", cls=TabuahGroup, help=N_("Verify the journal."))
def audit_group() -> None:
    """Group of the audit."""


@audit_group.command(
    "verify", help=N_("Recompute every hash, signature, verdict and state, and name the first error.")
)
@click.argument("backup", type=click.Path(path_type=Path, exists=True), metavar="[BACKUP]", required=False)
@click.pass_obj
def verify(call: Invocation, *, backup: Path | None) -> int:
    path = backup or call.data
    report = audit_path(path)
    answer = AuditRecord(
        path=str(path.expanduser().absolute()),
        first=report.first,
        head=report.head,
        hash=report.hash,
        subjects=report.subjects,
        complete=report.is_complete,
        findings=report.findings,
    )
    call.show(answer, lambda: _print_report(report))
    if any(finding.check is AuditCheck.NEWER_RULES for finding in report.findings):
        return ExitCode.BAD_INPUT
    return ExitCode.DAMAGED if report.findings else ExitCode.DONE


def audit_path(path: Path) -> "AuditReport":
    """Audit a server's directory, a console's, a backup of either, or a history that a server has given up.

    Raises:
        CacheError, ServerError, BackupError: it cannot be read.
    """
    from tabuah.storage.backup.manifest import MANIFEST_NAME

    if is_server_directory(path):
        return _audit_server(path)
    if path.suffix == ".jsonl":
        return _audit_history(path)
    if path.is_file() or (path / MANIFEST_NAME).is_file():
        return _audit_backup(path)
    return _audit_console(path)


def _audit_server(directory: Path) -> "AuditReport":
    from tabuah.server.audit import audit_server

    return audit_server(directory)


def _audit_history(path: Path) -> "AuditReport":
    from tabuah.server.audit import audit_history

    return audit_history(path)


def _audit_console(directory: Path) -> "AuditReport":
    from tabuah.storage.cache.cache_session import CACHE_NAME
    from tabuah.storage.cache.errors import UnknownKey
    from tabuah.storage.cache.store import ConsoleStore

    if not (directory / CACHE_NAME).is_file():
        raise UnknownKey(_("There are no data of a console or a server in {directory}.").format(directory=directory))
    store = ConsoleStore(directory)
    try:
        return store.checks.audit()
    finally:
        store.close()


def _audit_backup(path: Path) -> "AuditReport":
    """Audit a copy of the journal in a backup: the backup itself is never opened for writing."""
    from tabuah.storage.backup.archive import BackupReader
    from tabuah.storage.backup.manifest import BackupKind

    names = ("journal.db", "cache.gpkg")
    with tempfile.TemporaryDirectory() as folder, BackupReader(path) as reader:
        reader.extract(Path(folder), only=lambda name: name in names)
        is_server = reader.manifest.kind is BackupKind.SERVER
        return _audit_server(Path(folder)) if is_server else _audit_console(Path(folder))


def _print_report(report: "AuditReport") -> None:
    from tabuah.text.sync.audit_findings import describe_finding

    for finding in report.findings:
        print_text(describe_finding(finding.check, seq=finding.seq, detail=finding.detail))
    if report.findings:
        return
    numbers = {
        "first": format_number(report.first),
        "head": format_number(report.head),
        "subjects": format_number(report.subjects),
    }
    if report.is_complete:
        message = _("Verified: {head} records, their chain, signatures and verdicts, and {subjects} states.")
    else:
        message = _(
            "Verified: the chain and signatures of records {first} to {head}, and {subjects} states. Earlier records"
            " are not here; verdicts can be recomputed on the server."
        )
    print_text(message.format(**numbers))
    print_text(_("Hash of the newest record: {hash}").format(hash=report.hash))
