"""Backups of the server, and personal data that it keeps, as a client; for administrators."""

from tabuah.storage.journal.backups_protocol import BackupAct, BackupRequest, BackupsReply
from tabuah.storage.sync.client import ServerClient


def read_backups(client: ServerClient) -> BackupsReply:
    """Return the newest backups and the schedule; raises like `ServerClient.call`."""
    return client.call("GET", "/v1/backups", BackupsReply)


def ask_backup_job(client: ServerClient, act: BackupAct) -> BackupsReply:
    """Ask for a backup, or for the verification of the newest one; the reply does not wait for it."""
    return client.call("POST", "/v1/backups", BackupsReply, body=BackupRequest(act=act))
