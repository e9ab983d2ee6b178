"""Backups of the server, and personal data that it keeps, as a client; for administrators."""

from tabuah.storage.journal.backups_protocol import BackupAct, BackupRequest, BackupsReply
from tabuah.storage.journal.personal_data_protocol import (
    ErasureProof,
    PersonalDataReply,
    PersonalErasure,
    PersonalSearch,
)
from tabuah.storage.sync.client import ServerClient


def read_backups(client: ServerClient) -> BackupsReply:
    """Return the newest backups and the schedule; raises like `ServerClient.call`."""
    return client.call("GET", "/v1/backups", BackupsReply)


def ask_backup_job(client: ServerClient, act: BackupAct) -> BackupsReply:
    """Ask for a backup, or for the verification of the newest one; the reply does not wait for it."""
    return client.call("POST", "/v1/backups", BackupsReply, body=BackupRequest(act=act))


def search_personal_data(client: ServerClient, search: PersonalSearch) -> PersonalDataReply:
    """Return where a person's data occur, without the data."""
    return client.call("POST", "/v1/personal-data/search", PersonalDataReply, body=search)


def erase_personal_data(client: ServerClient, erasure: PersonalErasure) -> ErasureProof:
    """Erase personal values for good; return the proof."""
    return client.call("POST", "/v1/personal-data/erase", ErasureProof, body=erasure)
