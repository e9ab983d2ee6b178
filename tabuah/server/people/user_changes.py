"""Changes of users by an administrator or by themselves: each is an entry, saved together with its secrets."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.people.authority import User
from tabuah.operations.people.entry_bodies import (
    PasswordChangeCause,
    UserChanged,
    UserCreated,
    UserDeputised,
    UserDeputyshipEnded,
    UserPasswordChanged,
    UserResetCodeIssued,
    UserSessionsEnded,
)
from tabuah.operations.people.roles import Role
from tabuah.operations.people.user_names import UserNameProblem, find_name_problem
from tabuah.resources.localisation import _, format_moment
from tabuah.resources.regency import shipped_regency
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.errors import DraftRefused, LastAdministrator, NameTaken, NoSuchRecord, Refusal, ServerError
from tabuah.server.journal import ServerJournal
from tabuah.server.people import refresh_tokens, reset_codes
from tabuah.server.people.gateway_secrets import GatewaySecrets
from tabuah.server.people.passwords import Passwords
from tabuah.server.regency.journal_profile import journal_profile
from tabuah.storage.journal.people_protocol import ResetCode
from tabuah.text.people.user_names import describe_name_problem

SHORTEST_PREFIX: Final = 4  # characters of the id of a session
ADMINISTRATOR = "administrator"  # the actor of the commands on the server's data


def create_user(
    journal: ServerJournal,
    *,
    name: str,
    role: Role,
    opd: str,
    password: str,
    full_name: str = "",
    kecamatan: str = "",
    by: str = ADMINISTRATOR,
) -> User:
    """Create a user with a password; `kecamatan` is the code of the one to which the user is limited.

    Raises:
        WeakPassword: the password is too short or too common.
        NameTaken: the user name exists.
        ServerError: the name is invalid, the role cannot be assigned, or the kecamatan is one of another regency.
    """
    hashes = {name: Passwords().hash(password, user=name)}
    body = UserCreated(name=name, role=role, opd=opd, full_name=full_name, kecamatan=kecamatan)
    _create(journal, body, by=by, hashes=hashes)
    return journal.authority.users[name]


def invite_user(
    journal: ServerJournal,
    *,
    name: str,
    role: Role,
    opd: str,
    full_name: str = "",
    kecamatan: str = "",
    by: str = ADMINISTRATOR,
    term: timedelta = reset_codes.CODE_TERM,
) -> ResetCode:
    """Create a user without a password, who chooses one with the returned code; `kecamatan` as in `create_user`.

    User and code are saved in one transaction: a user without a password and a code could not log in.

    Raises:
        NameTaken: the user name exists.
        ServerError: the name is invalid, the role cannot be assigned, or the kecamatan is one of another regency.
    """
    body = UserCreated(name=name, role=role, opd=opd, full_name=full_name, kecamatan=kecamatan)
    issued, draft = _new_reset_code(journal, name, by=by, reason="", term=term)
    _create(journal, body, by=by, hashes={}, more=[draft], together_with=_saving(issued))
    journal.security_log.record("reset_code_issued", user=name)
    return issued


def _create(
    journal: ServerJournal,
    body: UserCreated,
    *,
    by: str,
    hashes: dict[str, str],
    more: Sequence[Draft] = (),
    together_with: Callable[[AdmissionBatch], None] | None = None,
) -> None:
    _check_name(journal, body.name)
    _check_labels(body.opd, body.full_name)
    _check_role(body.role)
    _check_kecamatan(journal, body.kecamatan)
    draft = Draft(subject=subject_of("user", body.name), kind="user.created", body=encode_body(body))
    try:
        journal.append_drafts([draft, *more], actor=by, passwords=hashes, together_with=together_with)
    except DraftRefused as refused:
        if refused.reason == "already_exists":
            raise NameTaken(_("The user {name} already exists.").format(name=body.name)) from refused
        raise ServerError(
            _("{name} cannot be a user's name: 1 to 80 characters without spaces and slashes.").format(name=body.name)
        ) from refused
    journal.security_log.record("user_added", user=body.name, code=body.role.value)


def _check_name(journal: ServerJournal, name: str) -> None:
    """Check that the name of a new user looks like no other.

    Raises:
        NameTaken: a user has a name that looks the same.
        ServerError: it is reserved, or has characters that cannot be seen.
    """
    problem = find_name_problem(name, journal.authority.users)
    if problem is not None:
        error = NameTaken if problem is UserNameProblem.SIMILAR else ServerError
        raise error(describe_name_problem(problem))


def _check_labels(*texts: str) -> None:
    """Check office and full name.

    Raises:
        ServerError: they have characters that cannot be seen.
    """
    if not all(map(is_plain, texts)):
        raise ServerError(_("OPD and full name may not have line breaks, control or other hidden characters."))


def _check_role(role: Role) -> None:
    if role is Role.SERVER:
        raise ServerError(_("The role {role} is reserved for the server.").format(role=role.value))


def _check_kecamatan(journal: ServerJournal, code: str) -> None:
    """Check that a kecamatan is one of this regency; the boundaries of a console know which of them exist.

    Raises:
        ServerError: it belongs to another regency.
    """
    profile = journal_profile(journal) or shipped_regency()
    if code and not code.startswith(f"{profile.kemendagri_code}."):
        message = _("{code} is no kecamatan of {regency}: its codes begin with {prefix}.")
        raise ServerError(message.format(code=code, regency=profile.name, prefix=f"{profile.kemendagri_code}."))


def find_user(journal: ServerJournal, name: str) -> User:
    """Return a user by name.

    Raises:
        NoSuchRecord: there is none of this name.
    """
    user = journal.authority.users.get(name)
    if user is None:
        raise NoSuchRecord(_("There is no user {name}.").format(name=name))
    return user


def change_user(journal: ServerJournal, name: str, change: UserChanged) -> User:
    """Change role, office, name or lock of a user. A lock ends the sessions at once.

    Raises:
        NoSuchRecord: there is no such user.
        LastAdministrator: no active administrator would be left.
        ServerError: office or full name have hidden characters, the role cannot be assigned, or the kecamatan is one
            of another regency.
    """
    user = find_user(journal, name)
    _check_labels(change.opd or "", change.full_name or "")
    if isinstance(change.role, Role):
        _check_role(change.role)
    _check_kecamatan(journal, change.kecamatan or "")
    _append(journal, user, "user.changed", change, by=change.by)
    changed = journal.authority.users[name]
    code = changed.role.value if changed.active else "locked"
    journal.security_log.record("user_changed", user=name, code=code)
    return changed


def end_sessions(journal: ServerJournal, name: str, *, by: str, reason: str, session: str = "") -> None:
    """End all sessions of a user, or one.

    Raises:
        NoSuchRecord: there is no such user or session.
    """
    user = find_user(journal, name)
    if session and session not in {known.session for known in sessions_of(journal, user)}:
        raise NoSuchRecord(_("{name} has no open session {session}.").format(name=name, session=session))
    body = UserSessionsEnded(session=session, by=by, reason=reason)
    _append(journal, user, "user.sessions_ended", body, by=by)
    journal.security_log.record("sessions_ended", user=name)


def sessions_of(journal: ServerJournal, user: User) -> list[refresh_tokens.OpenSession]:
    """Return the open sessions of a user, the last renewed first."""
    known = journal.read(lambda connection: refresh_tokens.open_sessions(connection, journal.clock()))
    return [each for each in known if each.user == user.name and user.has_session(each.session, each.epoch)]


def find_session(journal: ServerJournal, name: str, wanted: str) -> str:
    """Return the id of an open session of a user by the id or a beginning of it.

    Raises:
        NoSuchRecord: there is no such user or session, the beginning is too short, or several begin so.
    """
    known = sessions_of(journal, find_user(journal, name))
    found = [each for each in known if each.session.startswith(wanted.lower())]
    if wanted.lower() in {each.session for each in found}:
        return wanted.lower()
    if len(wanted) < SHORTEST_PREFIX:
        text = _("Write at least the first {n} characters of the session. Nothing was ended.")
        raise NoSuchRecord(text.format(n=SHORTEST_PREFIX))
    if not found:
        raise NoSuchRecord(_("{name} has no open session {session}.").format(name=name, session=wanted))
    if len(found) > 1:
        listed = "\n".join(f"  {each.session}  {format_moment(each.opened_at)}" for each in found)
        text = _("Several sessions of {name} begin with {session}. Nothing was ended. They are:")
        raise NoSuchRecord(f"{text.format(name=name, session=wanted)}\n{listed}")
    return found[0].session


def issue_reset_code(
    journal: ServerJournal, name: str, *, by: str, reason: str, term: timedelta = reset_codes.CODE_TERM
) -> ResetCode:
    """Issue a one-time code; an earlier one becomes invalid. The password stays until the code is used.

    Raises:
        NoSuchRecord: there is no such user.
    """
    find_user(journal, name)
    issued, draft = _new_reset_code(journal, name, by=by, reason=reason, term=term)
    journal.append_drafts([draft], actor=by, together_with=_saving(issued))
    journal.security_log.record("reset_code_issued", user=name)
    return issued


def _new_reset_code(
    journal: ServerJournal, name: str, *, by: str, reason: str, term: timedelta
) -> tuple[ResetCode, Draft]:
    """Return a new one-time code and the draft that announces it; neither is saved yet."""
    issued = ResetCode(name=name, code=reset_codes.new_code(), expires_at=journal.clock() + term)
    body = UserResetCodeIssued(expires_at=issued.expires_at, by=by, reason=reason)
    subject = subject_of("user", name)
    return issued, Draft(subject=subject, kind="user.reset_code_issued", body=encode_body(body))


def _saving(issued: ResetCode) -> Callable[[AdmissionBatch], None]:
    """Return the work that saves a one-time code in the transaction of its entry."""

    def save(batch: AdmissionBatch) -> None:
        reset_codes.save_code(batch.connection, user=issued.name, code=issued.code, expires_at=issued.expires_at)

    return save


def set_password(
    journal: ServerJournal,
    name: str,
    password: str,
    *,
    cause: PasswordChangeCause,
    by: str,
    code: str = "",
    reason: str = "",
) -> None:
    """Replace a password and end all sessions; where the cause is a reset code, it is used up.

    Raises:
        NoSuchRecord: there is no such user.
        WeakPassword: the password is too short or too common.
        Refusal: the code cannot be used, for example because another request has used it.
    """
    user = find_user(journal, name)
    hash_ = Passwords().hash(password, user=name)

    def use(batch: AdmissionBatch) -> None:
        if cause is PasswordChangeCause.RESET_CODE:
            _use_code(batch, name, code, journal.clock())
        reset_codes.drop_code(batch.connection, name)

    body = UserPasswordChanged(cause=cause, by=by, reason=reason)
    draft = _draft(user, "user.password_changed", body)
    journal.append_drafts([draft], actor=by, passwords={name: hash_}, together_with=use)
    journal.security_log.record("password_changed", user=name, code=cause.value)


def generate_gateway_secret(journal: ServerJournal, name: str, *, by: str, reason: str) -> str:
    """Replace the password of a gateway by a generated one, which failed log-ins of others never delay; return it.

    Raises:
        NoSuchRecord: there is no such user.
        ServerError: the user is no gateway.
    """
    if find_user(journal, name).role is not Role.GATEWAY:
        raise ServerError(_("{name} is no gateway: people choose their passwords.").format(name=name))
    secret = GatewaySecrets(journal.keys.first.secret).generate(name)
    set_password(journal, name, secret, cause=PasswordChangeCause.ADMINISTRATOR, by=by, reason=reason)
    return secret


def _use_code(batch: AdmissionBatch, name: str, code: str, now: datetime) -> None:
    if not reset_codes.use_code(batch.connection, user=name, code=code, now=now):
        raise Refusal(401, "wrong_code", "the code is wrong, used or expired: ask an administrator for another one")


def _append(journal: ServerJournal, user: User, kind: str, body: UserChanged | UserSessionsEnded, *, by: str) -> None:
    try:
        journal.append_drafts([_draft(user, kind, body)], actor=by or ADMINISTRATOR)
    except DraftRefused as refused:
        if refused.reason == "last_administrator":
            text = _("{name} is the last active administrator. Name another administrator first.")
            raise LastAdministrator(text.format(name=user.name)) from refused
        raise


def _draft(user: User, kind: str, body: UserChanged | UserSessionsEnded | UserPasswordChanged) -> Draft:
    return Draft(subject=subject_of("user", user.name), kind=kind, body=encode_body(body))


def name_deputy(journal: ServerJournal, name: str, body: UserDeputised) -> User:
    """Let a user act in another role for a stated time; it ends by itself.

    Raises:
        NoSuchRecord: there is no such user.
        DraftRefused: the user, the role or the time does not allow it.
    """
    user = find_user(journal, name)
    draft = Draft(subject=subject_of("user", name), kind="user.deputised", body=encode_body(body))
    journal.append_drafts([draft], actor=body.by)
    journal.security_log.record("deputy_named", user=user.name, code=body.role.value)
    return journal.authority.users[name]


def end_deputyships(journal: ServerJournal, name: str, *, by: str, reason: str, deputyship: str = "") -> User:
    """End the deputyships of a user that are in force or to come, or the one with an id.

    Raises:
        NoSuchRecord: there is no such user, or none of them.
    """
    user, now = find_user(journal, name), journal.clock()
    open_ones = [
        each
        for each in user.known_deputyships.values()
        if not each.ended and each.ends_at > now and deputyship in ("", each.id)
    ]
    if not open_ones:
        raise NoSuchRecord(_("{name} is not a deputy.").format(name=name))
    subject = subject_of("user", name)
    bodies = [UserDeputyshipEnded(deputyship=each.id, by=by, reason=reason) for each in open_ones]
    drafts = [Draft(subject=subject, kind="user.deputyship_ended", body=encode_body(body)) for body in bodies]
    journal.append_drafts(drafts, actor=by)
    journal.security_log.record("deputy_ended", user=name)
    return journal.authority.users[name]
