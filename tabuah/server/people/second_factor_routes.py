"""Routes of the second factor: set up and remove the own one, reset that of another user."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.authority import User
from tabuah.operations.people.entry_bodies import UserSecondFactorChanged
from tabuah.operations.people.roles import MAY_HAVE_SECOND_FACTOR
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.errors import NoSuchRecord, Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people import second_factor
from tabuah.server.people.access import (
    AccessControl,
    AnyConnection,
    AnyRequest,
    Caller,
    address_of,
    check_administrator,
    guarded_by,
)
from tabuah.server.people.sessions import SessionService
from tabuah.server.people.user_changes import find_user
from tabuah.server.people.user_list import list_users
from tabuah.storage.journal.people_protocol import (
    RecoveryCodes,
    RecoveryCodesRequest,
    SecondFactorCode,
    SecondFactorRemoval,
    SecondFactorReset,
    SecondFactorSecret,
    SecondFactorSetUp,
    UsersReply,
)


def second_factor_routes(
    journal: ServerJournal, sessions: SessionService, access: AccessControl
) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/second-factor` and `/v1/users/second-factor-reset`."""

    def may_set_up(request: AnyConnection) -> None:
        caller = access.caller_of(request)
        check_second_factor_device(caller)
        _check_may_have(journal.authority.users[caller.user.name])

    @post("/v1/second-factor", status_code=200, tags=["session"], guards=guarded_by(may_set_up))
    async def set_up(request: AnyRequest, data: JSONBody[SecondFactorSetUp]) -> SecondFactorSecret:
        """Get a secret for an authenticator app. It is in force once a code confirms it."""
        caller = access.caller_of(request)
        return await sessions.run(_set_up, journal, sessions, caller, data.password, address_of(request))

    @post("/v1/second-factor/confirm", status_code=200, tags=["session"], guards=guarded_by(may_set_up))
    async def confirm(request: AnyRequest, data: JSONBody[SecondFactorCode]) -> RecoveryCodes:
        """Put the second factor in force by a first code; the reply is ten recovery codes, shown once."""
        caller = access.caller_of(request)
        return await sessions.run(_confirm, journal, caller, data.code)

    @post("/v1/second-factor/remove", status_code=204, tags=["session"], guards=guarded_by(access.caller_of))
    async def remove(request: AnyRequest, data: JSONBody[SecondFactorRemoval]) -> None:
        """Log in by the password alone again; it needs password and code."""
        caller = access.caller_of(request)
        await sessions.run(_remove, journal, sessions, caller, data, address_of(request))

    @post(
        "/v1/users/second-factor-reset", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of)
    )
    async def reset(request: AnyRequest, data: JSONBody[SecondFactorReset]) -> UsersReply:
        """Remove the second factor of another user, who has lost it."""
        caller = access.caller_of(request)
        check_administrator(caller)
        if data.name == caller.user.name:
            raise Refusal(409, "needs_another_person", "another administrator resets your second factor")
        return await sessions.run(_reset_and_list, journal, data, caller.user.name)

    @post("/v1/second-factor/recovery-codes", status_code=200, tags=["session"], guards=guarded_by(access.caller_of))
    async def recovery_codes(request: AnyRequest, data: JSONBody[RecoveryCodesRequest]) -> RecoveryCodes:
        """Get ten other recovery codes, shown once; it needs password and code. Earlier ones become invalid."""
        caller = access.caller_of(request)
        return await sessions.run(_reissue_codes, journal, sessions, caller, data, address_of(request))

    return [set_up, confirm, remove, recovery_codes, reset]


def _set_up(
    journal: ServerJournal, sessions: SessionService, caller: Caller, password: str, address: str
) -> SecondFactorSecret:
    user = journal.authority.users[caller.user.name]
    check_second_factor_device(caller)
    _check_may_have(user)
    if user.has_second_factor:
        raise Refusal(409, "second_factor_exists", "remove the second factor first")
    sessions.check_password(user.name, password, address, proven=caller.session)
    secret = second_factor.new_secret()
    journal.submit(lambda batch: second_factor.save_secret(batch.connection, user=user.name, secret=secret)).result()
    return SecondFactorSecret(secret=secret, uri=second_factor.uri_of(secret, user=user.name))


def _check_may_have(user: User) -> None:
    if user.role not in MAY_HAVE_SECOND_FACTOR:
        raise Refusal(403, "forbidden", "supervisors and administrators have a second factor")


def check_second_factor_device(caller: Caller) -> None:
    """Check that the caller is on an approved device: a stolen password alone must not lock its user out.

    Raises:
        Refusal: a program, or a device that no administrator has approved.
    """
    if not caller.is_on_approved_device:
        detail = "a second factor is set up on a device that an administrator has approved"
        raise Refusal(403, "second_factor_needs_device", detail)


def _confirm(journal: ServerJournal, caller: Caller, code: str) -> RecoveryCodes:
    check_second_factor_device(caller)
    user = journal.authority.users[caller.user.name]
    issued: list[str] = []

    def check(batch: AdmissionBatch) -> None:
        state = batch.authority.users[user.name]
        if state.has_second_factor:
            raise Refusal(409, "second_factor_exists", "remove the second factor first")
        if not second_factor.use_code(batch.connection, user=user.name, code=code, now=journal.clock()):
            raise Refusal(401, "wrong_second_factor", "the code does not fit: set it up again, or check the clock")
        issued.extend(second_factor.issue_recovery_codes(batch.connection, user.name))

    journal.append_drafts([_draft(user, active=True, by=user.name)], actor=user.name, together_with=check)
    journal.security_log.record("second_factor_changed", user=user.name, code="on")
    return RecoveryCodes(codes=tuple(issued))


def _remove(
    journal: ServerJournal, sessions: SessionService, caller: Caller, removal: SecondFactorRemoval, address: str
) -> None:
    user = _proven_user(journal, sessions, caller, removal, address)
    _drop(journal, user, by=user.name, reason="")


def _reissue_codes(
    journal: ServerJournal, sessions: SessionService, caller: Caller, request: RecoveryCodesRequest, address: str
) -> RecoveryCodes:
    user = _proven_user(journal, sessions, caller, request, address)
    codes = journal.submit(lambda batch: second_factor.issue_recovery_codes(batch.connection, user.name)).result()
    journal.security_log.record("second_factor_changed", user=user.name, code="recovery_codes")
    return RecoveryCodes(codes=codes)


def _proven_user(
    journal: ServerJournal,
    sessions: SessionService,
    caller: Caller,
    proof: SecondFactorRemoval | RecoveryCodesRequest,
    address: str,
) -> User:
    """Return the caller, who has a second factor and proves it by password and code.

    Raises:
        Refusal: the user has none, or the proof is wrong.
    """
    user = journal.authority.users[caller.user.name]
    if not user.has_second_factor:
        raise Refusal(404, "not_found", "this user has no second factor")
    sessions.check_password(user.name, proof.password, address, proven=caller.session, code=proof.code)
    return user


def _reset_and_list(journal: ServerJournal, reset: SecondFactorReset, by: str) -> UsersReply:
    try:
        reset_second_factor(journal, reset.name, by=by, reason=reset.reason)
    except NoSuchRecord as error:
        raise Refusal(404, "not_found", str(error)) from error
    return list_users(journal)


def reset_second_factor(journal: ServerJournal, name: str, *, by: str, reason: str) -> User:
    """Remove the second factor of a user, who logs in by the password alone then.

    Raises:
        NoSuchRecord: there is no such user.
    """
    user = find_user(journal, name)
    _drop(journal, user, by=by, reason=reason)
    return journal.authority.users[name]


def _drop(journal: ServerJournal, user: User, *, by: str, reason: str) -> None:
    def drop(batch: AdmissionBatch) -> None:
        second_factor.drop(batch.connection, user.name)

    draft = _draft(user, active=False, by=by, reason=reason)
    journal.append_drafts([draft], actor=by, together_with=drop)
    journal.security_log.record("second_factor_changed", user=user.name, code="off")


def _draft(user: User, *, active: bool, by: str, reason: str = "") -> Draft:
    body = UserSecondFactorChanged(active=active, by=by, reason=reason)
    return Draft(subject=subject_of("user", user.name), kind="user.second_factor_changed", body=encode_body(body))
