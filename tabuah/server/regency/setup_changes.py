"""The setup in a journal, and the entries that make it that of a folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.feeds.sources import FILE_NAME as FEEDS_FILE
from tabuah.operations.field_differences import FieldDifference, field_differences
from tabuah.operations.gateways.configuration import FILE_NAME as GATEWAYS_FILE
from tabuah.operations.messages.mapping_file import FILE_NAME as MESSAGES_FILE
from tabuah.operations.notices.settings import FILE_NAME as NOTICES_FILE
from tabuah.operations.people.authority import User
from tabuah.operations.people.entry_bodies import UserChanged, UserCreated
from tabuah.operations.people.roles import Role
from tabuah.operations.people.user_names import find_name_problem
from tabuah.operations.regency.subject import PROFILE_CHANGED, PROFILE_SUBJECT, ProfileChanged
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.drafts import activate_rule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.validation import find_bulletin_rule_problems, find_rule_problems
from tabuah.operations.stations.drafts import change_station, register_station, restore_station
from tabuah.operations.stations.registration import RegistrationContext, check_gateway, check_stations
from tabuah.operations.stations.station import Station
from tabuah.operations.units.drafts import assign_tracker, edit_unit, register_unit
from tabuah.operations.units.entry_bodies import UnitChanged, UnitEdited, UnitRegistered
from tabuah.operations.units.unit import Unit
from tabuah.resources.localisation import _
from tabuah.resources.regency import kept_map_file, shipped_regency
from tabuah.server.configuration import FILE_NAME as SETTINGS_FILE
from tabuah.server.configuration import configuration_file, read_configuration
from tabuah.server.draft_check import check_drafts
from tabuah.server.errors import DraftRefused, UnusableBroker, UnusableSetup
from tabuah.server.gateways.gateway_mappings import load_gateway_mappings
from tabuah.server.journal import ServerJournal
from tabuah.server.regency.journal_profile import check_same_regency, journal_profile
from tabuah.server.regency.portable_documents import (
    merge_problems,
    plan_messages,
    plan_notices,
    portable_messages,
    portable_notices,
)
from tabuah.server.regency.portable_settings import changed_keys, merge_portable
from tabuah.server.regency.setup_commit import commit_setup
from tabuah.server.regency.setup_contacts import (
    changed_contact_fields,
    contact_drafts,
    contact_problems,
    contact_rows,
    plan_contacts,
)
from tabuah.server.regency.setup_files import present_text
from tabuah.server.regency.setup_folder import (
    RULES_FOLDER,
    STATIONS_FOLDER,
    UNITS_FILE,
    USERS_FILE,
    Setup,
    SetupUnit,
    SetupUser,
)
from tabuah.server.regency.setup_problems import SetupProblems
from tabuah.server.stations.registration import is_inside_map
from tabuah.text.people.user_names import describe_name_problem
from tabuah.text.rules.rule_problems import describe_rule_problem
from tabuah.text.stations.registration_text import describe_problem
from tabuah.text.sync.verdict_reasons import describe_reason

DEFAULT_REASON: Final = "setup import"
_UNIT_FIELDS: Final = ("name", "kind", "opd", "members", "contact", "tracker", "home")

ValueT = TypeVar("ValueT")


class SetupChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change: the part (`users`, `units` …), the name, and the fields that differ with both values.

    A new item has neither.
    """

    part: str
    name: str
    fields: tuple[str, ...] = ()
    differences: tuple[FieldDifference, ...] = ()

    @property
    def is_new(self) -> bool:
        return not self.fields


Planned = tuple[SetupChange, tuple[Draft, ...]]
PlannedFile = tuple[SetupChange, str]


def current_setup(journal: ServerJournal, *, with_personal: bool = False) -> Setup:
    """Return the setup in a journal: the real world, without what is retired, and without secrets.

    The personal numbers of contacts, and their addresses in channels, are part of it only `with_personal`.

    Raises:
        UnusableNotices, UnusableMailboxes: a file of settings is invalid.
    """
    directory = journal.directory.path
    units = (unit for unit in _values(journal, "unit", Unit).values() if not unit.retired)
    stations = (station for station in _values(journal, "station", Station).values() if station.retired is None)
    return Setup(
        users=tuple(sorted(map(_setup_user, journal.authority.users.values()), key=lambda user: user.name)),
        units=tuple(sorted(map(_setup_unit, units), key=lambda each: each.unit.id)),
        stations=tuple(sorted(stations, key=lambda station: station.code)),
        rules=tuple(sorted((rule for rule in _rules(journal).values() if rule.active), key=lambda rule: rule.id)),
        mappings=present_text(directory, GATEWAYS_FILE),
        feeds=present_text(directory, FEEDS_FILE),
        settings=read_configuration(directory),
        notices=portable_notices(directory, with_addresses=with_personal),
        messages=portable_messages(directory),
        contacts=contact_rows(journal, with_personal=with_personal),
    )


def import_setup(
    journal: ServerJournal, folder: Path, setup: Setup, *, actor: str, reason: str = "", dry_run: bool = False
) -> tuple[SetupChange, ...]:
    """Make the setup of a journal that of a folder: new and changed items; nothing is removed.

    Everything is checked first and written in one transaction.

    Raises:
        UnusableSetup: something cannot be imported; nothing was changed.
        ServerError: the profile is that of another regency.
    """
    reason = reason.strip() or DEFAULT_REASON
    if setup.profile is not None:
        check_same_regency(journal, setup.profile.profile)
    if problems := SetupProblems(_find_problems(journal, folder, setup)):
        raise UnusableSetup(folder, problems)
    planned = [
        *_plan_profile(journal, setup, actor=actor, reason=reason),
        *_plan_users(journal, setup, actor=actor, reason=reason),
        *_plan_stations(journal, setup, actor=actor, reason=reason),
        *_plan_units(journal, setup, reason=reason),
        *_plan_rules(journal, setup),
        *_plan_contacts(journal, setup, reason=reason),
    ]
    changes = tuple(change for change, _drafts in planned)
    files = _plan_files(journal, setup)
    drafts = [draft for _change, drafts in planned for draft in drafts]
    try:
        if dry_run:
            check_drafts(journal, drafts, actor=actor)
        else:
            commit_setup(journal, folder, setup, drafts, {change.name: text for change, text in files}, actor=actor)
    except DraftRefused as refused:
        raise UnusableSetup(folder, [_describe_refusal(refused)]) from refused
    return (*changes, *(change for change, _text in files))


def _describe_refusal(refused: DraftRefused) -> str:
    """Return the file of a refused entry, its subject, and the reason."""
    kind, _slash, name = refused.subject.partition("/")
    where = {"user": USERS_FILE, "unit": UNITS_FILE, "station": f"{STATIONS_FOLDER}/{name}.toml"}.get(kind, "")
    return ": ".join(part for part in (where, refused.subject, describe_reason(refused.reason)) if part)


def _plan_files(journal: ServerJournal, setup: Setup) -> tuple[PlannedFile, ...]:
    """Return the files that differ, with their new text."""
    found: list[PlannedFile] = []
    directory = journal.directory.path
    for part, name, text in (("mappings", GATEWAYS_FILE, setup.mappings), ("feeds", FEEDS_FILE, setup.feeds)):
        if text is not None and text != present_text(directory, name):
            found.append((SetupChange(part=part, name=name, fields=("text",)), text))
    for part, name, text, plan in (
        ("notices", NOTICES_FILE, setup.notices, plan_notices),
        ("messages", MESSAGES_FILE, setup.messages, plan_messages),
    ):
        if text is not None and (planned := plan(directory, text)) is not None:
            change = SetupChange(part=part, name=name, fields=planned.fields, differences=planned.differences)
            found.append((change, planned.text))
    if setup.settings is not None:
        before = read_configuration(directory)
        after = merge_portable(before, setup.settings)
        if fields := changed_keys(before, after):
            change = _change("settings", SETTINGS_FILE, before, after, fields)
            found.append((change, configuration_file(after)))
    return tuple(found)


def _find_problems(journal: ServerJournal, folder: Path, setup: Setup) -> Iterator[str]:
    known = _values(journal, "station", Station)
    stations = {**known, **{station.code: station for station in setup.stations or ()}}
    known_users = journal.authority.users
    users = {**known_users, **{user.name: _user(user, known_users) for user in setup.users or ()}}
    map_file = _map_file(journal, folder, setup)
    context = RegistrationContext(
        stations=known, users=users, is_inside=lambda lon_deg, lat_deg: is_inside_map(lon_deg, lat_deg, map_file)
    )
    wanted = setup.stations or ()
    for station, problems in zip(wanted, check_stations(wanted, context), strict=True):
        yield from (f"{STATIONS_FOLDER}/{station.code}.toml: {describe_problem(problem)}" for problem in problems)
    for user in setup.users or ():
        is_new = user.name not in journal.authority.users
        if is_new and (problem := find_name_problem(user.name, users)) is not None:
            yield f"users.csv: {user.name!a}: {describe_name_problem(problem)}"
        if user.role is Role.SERVER:
            yield f"users.csv: {user.name}: " + _("The role {role} is reserved for the server.").format(role="server")
    for each in setup.units or ():
        yield from (
            f"{UNITS_FILE}: {each.unit.id}: {describe_problem(problem)}"
            for problem in check_gateway(each.gateway, users)
        )
    for rule in setup.rules or ():
        found = (
            find_bulletin_rule_problems(rule)
            if isinstance(rule, BulletinRule)
            else find_rule_problems(rule, stations.values())
        )
        yield from (f"{RULES_FOLDER}/{rule.id}.toml: {describe_rule_problem(problem)}" for problem in found)
    yield from contact_problems(plan_contacts(journal, setup.contacts or (), users))
    if setup.mappings is not None:
        try:
            load_gateway_mappings(folder)
        except UnusableBroker as error:
            yield str(error)
    if setup.notices is not None:
        yield from merge_problems(journal.directory.path, setup.notices)


def _map_file(journal: ServerJournal, folder: Path, setup: Setup) -> Path | None:
    """Return the map by which stations are checked: that of the setup, else that of the journal."""
    if setup.profile is not None:
        return folder / setup.profile.profile.map if setup.profile.profile.map else None
    profile = journal_profile(journal)
    return kept_map_file(journal.directory.path, profile) if profile is not None and profile.map else None


def _plan_profile(journal: ServerJournal, setup: Setup, *, actor: str, reason: str) -> Iterator[Planned]:
    if setup.profile is None:
        return
    before, after = journal_profile(journal) or shipped_regency(), setup.profile.profile
    fields = _differing(before, after, before.__struct_fields__)
    if fields:
        body = ProfileChanged(profile=after, by=actor, reason=reason)
        draft = Draft(subject=PROFILE_SUBJECT, kind=PROFILE_CHANGED, body=encode_body(body))
        yield _change("profile", after.name, before, after, fields), (draft,)


def _plan_users(journal: ServerJournal, setup: Setup, *, actor: str, reason: str) -> Iterator[Planned]:
    for wanted in setup.users or ():
        known, subject = journal.authority.users.get(wanted.name), subject_of("user", wanted.name)
        if known is None:
            created = UserCreated(
                name=wanted.name,
                role=wanted.role,
                opd=wanted.opd,
                full_name=wanted.full_name,
                kecamatan=wanted.kecamatan,
            )
            drafts = [Draft(subject=subject, kind="user.created", body=encode_body(created))]
            if not wanted.active:
                locked = UserChanged(active=False, by=actor, reason=reason)
                drafts.append(Draft(subject=subject, kind="user.changed", body=encode_body(locked)))
            yield SetupChange(part="users", name=wanted.name), tuple(drafts)
            continue
        fields = _differing(_setup_user(known), wanted, _fields_in(wanted.__struct_fields__, wanted.omitted))
        if fields:
            changed = UserChanged(**{name: getattr(wanted, name) for name in fields}, by=actor, reason=reason)
            draft = Draft(subject=subject, kind="user.changed", body=encode_body(changed))
            yield _change("users", wanted.name, _setup_user(known), wanted, fields), (draft,)


def _plan_stations(journal: ServerJournal, setup: Setup, *, actor: str, reason: str) -> Iterator[Planned]:
    known = _values(journal, "station", Station)
    for wanted in setup.stations or ():
        before = known.get(wanted.code)
        if before is None:
            yield SetupChange(part="stations", name=wanted.code), (register_station(wanted, by=actor),)
            continue
        after = msgspec.structs.replace(
            wanted, files=before.files, changes=before.changes, retired=before.retired, exercise=before.exercise
        )
        fields = _differing(before, after, before.__struct_fields__)
        drafts = [change_station(before, after, reason=reason, by=actor)] if fields else []
        if before.retired is not None:
            fields = (*fields, "retired")
            drafts.append(restore_station(before, reason=reason, by=actor))
        if fields:
            yield _change("stations", wanted.code, before, after, fields), tuple(drafts)


def _plan_units(journal: ServerJournal, setup: Setup, *, reason: str) -> Iterator[Planned]:
    known = _values(journal, "unit", Unit)
    for wanted in setup.units or ():
        before, unit = known.get(wanted.unit.id), wanted.unit
        change = SetupChange(part="units", name=unit.id)
        if before is None or before.retired:
            drafts = [register_unit(unit)]
            if wanted.gateway:
                drafts.append(_gateway_draft(unit.id, wanted.gateway, reason))
            yield change, tuple(drafts)
            continue
        fields = _differing(before, unit, _fields_in(_UNIT_FIELDS, wanted.omitted))
        drafts = [edit_unit(before, UnitEdited(**{name: getattr(unit, name) for name in fields}))] if fields else []
        if wanted.gateway != before.gateway and "gateway" not in wanted.omitted:
            fields = (*fields, "gateway")
            drafts.append(assign_tracker(before, wanted.gateway, reason=reason))
        if fields:
            present = _setup_unit(before)
            differences = [*field_differences(present.unit, unit, _fields_in(fields, frozenset({"gateway"})))]
            if "gateway" in fields:
                differences += field_differences(present, wanted, ("gateway",))
            yield msgspec.structs.replace(change, fields=fields, differences=tuple(differences)), tuple(drafts)


def _plan_rules(journal: ServerJournal, setup: Setup) -> Iterator[Planned]:
    known = _rules(journal)
    for wanted in setup.rules or ():
        before = known.get(wanted.id)
        if before is None:
            yield SetupChange(part="rules", name=wanted.id), (activate_rule(wanted, known=None),)
            continue
        same = msgspec.structs.replace(wanted, active=True, version=before.version)
        if type(before) is not type(wanted):
            fields: tuple[str, ...] = ("condition",)
        else:
            fields = _differing(before, same, before.__struct_fields__)
        if fields:
            change = _change("rules", wanted.id, before, same, fields)
            yield change, (activate_rule(wanted, known=before),)


def _plan_contacts(journal: ServerJournal, setup: Setup, *, reason: str) -> Iterator[Planned]:
    known = journal.authority.users
    users = {**known, **{user.name: _user(user, known) for user in setup.users or ()}}
    for row in plan_contacts(journal, setup.contacts or (), users).rows:
        if drafts := contact_drafts(journal, row, reason=reason):
            change = SetupChange(part="contacts", name=row.contact.name, fields=changed_contact_fields(row))
            yield change, drafts


def _change(part: str, name: str, before: object, after: object, fields: tuple[str, ...]) -> SetupChange:
    roots = tuple(dict.fromkeys(field.partition(".")[0] for field in fields))
    return SetupChange(part=part, name=name, fields=fields, differences=field_differences(before, after, roots))


def _fields_in(fields: tuple[str, ...], omitted: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in fields if name != "omitted" and name not in omitted)


def _differing(before: object, after: object, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in fields if getattr(before, name) != getattr(after, name))


def _values(journal: ServerJournal, kind: str, shape: type[ValueT]) -> Mapping[str, ValueT]:
    """Return the values of a kind in the real world by code."""
    values = (state.value for state in journal.states_of_kind(kind).values())
    found = (value for value in values if isinstance(value, shape) and not getattr(value, "exercise", False))
    return {getattr(value, "code", "") or getattr(value, "id", ""): value for value in found}


def _rules(journal: ServerJournal) -> dict[str, AnyRule]:
    return {**_values(journal, "rule", Rule), **_values(journal, "bulletin_rule", BulletinRule)}


def _setup_user(user: User) -> SetupUser:
    return SetupUser(
        name=user.name,
        role=user.role,
        opd=user.opd,
        full_name=user.full_name,
        kecamatan=user.kecamatan or "",
        active=user.active,
    )


def _user(user: SetupUser, known: Mapping[str, User]) -> User:
    """Return the user as an import leaves it."""
    before = known.get(user.name)
    active = before.active if before is not None and "active" in user.omitted else user.active
    return User(name=user.name, role=user.role, opd=user.opd, full_name=user.full_name, active=active)


def _setup_unit(unit: Unit) -> SetupUnit:
    body = UnitRegistered(id=unit.id, **{name: getattr(unit, name) for name in _UNIT_FIELDS})
    return SetupUnit(unit=body, gateway=unit.gateway)


def _gateway_draft(unit_id: str, gateway: str, reason: str) -> Draft:
    body = UnitChanged(reason=reason, gateway=gateway)
    return Draft(subject=subject_of("unit", unit_id), kind="unit.changed", body=encode_body(body))
