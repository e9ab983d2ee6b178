"""Administration of users, sessions and devices at the server, and the own password; as a client."""

import msgspec

from tabuah.storage.journal.people_protocol import (
    DeputiesReply,
    DeputyEnd,
    DeputyNaming,
    DeviceApproval,
    DeviceRevocation,
    PasswordChange,
    PasswordReset,
    RecoveryCodes,
    RecoveryCodesRequest,
    ResetCode,
    ResetCodeRequest,
    SecondFactorCode,
    SecondFactorRemoval,
    SecondFactorReset,
    SecondFactorSecret,
    SecondFactorSetUp,
    SessionsEnd,
    UserChange,
    UserCreation,
    UsersReply,
)
from tabuah.storage.journal.protocol import Session
from tabuah.storage.sync.client import ServerClient


class UserAdministration:
    """The routes for administrators. The methods raise like `ServerClient.call`."""

    def __init__(self, client: ServerClient) -> None:
        self._client = client

    def users(self) -> UsersReply:
        """Return all users with devices and open sessions."""
        return self._client.call("GET", "/v1/users", UsersReply)

    def create(self, creation: UserCreation) -> ResetCode:
        """Create a user; return the one-time code for the first password."""
        return self._client.call("POST", "/v1/users", ResetCode, body=creation)

    def change(self, change: UserChange) -> UsersReply:
        """Change role, office, name or lock of a user."""
        return self._client.call("POST", "/v1/users/change", UsersReply, body=change)

    def issue_reset_code(self, request: ResetCodeRequest) -> ResetCode:
        """Issue a one-time code for another password."""
        return self._client.call("POST", "/v1/users/reset-code", ResetCode, body=request)

    def reset_second_factor(self, reset: SecondFactorReset) -> UsersReply:
        """Remove the second factor of another user."""
        return self._client.call("POST", "/v1/users/second-factor-reset", UsersReply, body=reset)

    def end_sessions(self, end: SessionsEnd) -> UsersReply:
        """End all sessions of a user, or one."""
        return self._client.call("POST", "/v1/sessions/end", UsersReply, body=end)

    def approve(self, approval: DeviceApproval) -> UsersReply:
        """Approve a waiting device."""
        return self._client.call("POST", "/v1/devices/approve", UsersReply, body=approval)

    def revoke(self, revocation: DeviceRevocation) -> UsersReply:
        """Revoke a device."""
        return self._client.call("POST", "/v1/devices/revoke", UsersReply, body=revocation)


def ask_password_change(client: ServerClient, change: PasswordChange) -> Session:
    """Replace the own password; return the session that goes on."""
    return client.call("POST", "/v1/password", Session, body=change)


def ask_password_reset(client: ServerClient, reset: PasswordReset) -> None:
    """Choose a password with a one-time code; no session is needed."""
    _post(client, "/v1/password/reset", msgspec.json.encode(reset), with_token=False)


def name_deputy(client: ServerClient, naming: DeputyNaming) -> DeputiesReply:
    """Let a user act in another role for a stated time; for supervisors and administrators."""
    return client.call("POST", "/v1/deputies", DeputiesReply, body=naming)


def end_deputyships(client: ServerClient, end: DeputyEnd) -> DeputiesReply:
    """End the deputyships of a user at once."""
    return client.call("POST", "/v1/deputies/end", DeputiesReply, body=end)


def ask_second_factor(client: ServerClient, set_up: SecondFactorSetUp) -> SecondFactorSecret:
    """Return the secret for an authenticator app; a code puts it in force."""
    return client.call("POST", "/v1/second-factor", SecondFactorSecret, body=set_up)


def confirm_second_factor(client: ServerClient, code: SecondFactorCode) -> RecoveryCodes:
    """Put the second factor in force; return the recovery codes, which are shown once."""
    return client.call("POST", "/v1/second-factor/confirm", RecoveryCodes, body=code)


def ask_recovery_codes(client: ServerClient, request: RecoveryCodesRequest) -> RecoveryCodes:
    """Return other recovery codes, which are shown once; earlier ones become invalid."""
    return client.call("POST", "/v1/second-factor/recovery-codes", RecoveryCodes, body=request)


def remove_second_factor(client: ServerClient, removal: SecondFactorRemoval) -> None:
    """Log in by the password alone again."""
    _post(client, "/v1/second-factor/remove", msgspec.json.encode(removal), with_token=True)


def ask_log_out(client: ServerClient) -> None:
    """End the session at the server."""
    _post(client, "/v1/session/end", None, with_token=True)


def _post(client: ServerClient, path: str, content: bytes | None, *, with_token: bool) -> None:
    headers = {"Content-Type": "application/json"} if content is not None else {}
    client.send("POST", path, content=content, headers=headers, with_token=with_token)
