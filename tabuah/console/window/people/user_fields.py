"""The fields of the user form, their errors, and the rights that its values give."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import UserOffice
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.storage.journal.people_protocol import UserSummary
from tabuah.text.people.permissions import role_label
from tabuah.text.people.scope import describe_rights
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

MOST_NAME_CHARACTERS: Final = 80
MOST_LABEL_CHARACTERS: Final = 400
_ASSIGNABLE: Final = tuple(role for role in Role if role is not Role.SERVER)
_OPDS_SHOWN: Final = 6
_KECAMATAN: Final = re.compile(r"([0-9]{2}\.[0-9]{2}\.[0-9]{2})?")
_NEW_USER: Final = UserSummary(name="", full_name="", role=Role.OPERATOR, opd="", active=True)


def kecamatan_names(gazetteer: Gazetteer | None) -> dict[str, str]:
    """Return the names of the kecamatan by code; none before the map is loaded."""
    return {each.code: each.name for each in gazetteer.all_kecamatan} if gazetteer is not None else {}


def kecamatan_text(code: str, names: Mapping[str, str]) -> str:
    """Return a kecamatan: "Kubung (13.02.10)", or its code alone; empty for none."""
    return f"{names[code]} ({code})" if code in names else code


def creation_fields(kecamatan: Mapping[str, str]) -> tuple[EditField, ...]:
    """Return the fields of a new user; `kecamatan` has the names by code."""
    return (
        EditField(
            code="name",
            label=_("User name"),
            value="",
            hint=_("Without spaces, such as “sari”. It cannot be changed later."),
        ),
        *_common_fields(_NEW_USER, kecamatan),
    )


def change_fields(user: UserSummary, kecamatan: Mapping[str, str]) -> tuple[EditField, ...]:
    """Return the fields of a user, and the reason of the change."""
    return (
        *_common_fields(user, kecamatan),
        EditField(code="reason", label=_("Reason"), value="", hint=_("Recorded with your name.")),
    )


def _common_fields(user: UserSummary, kecamatan: Mapping[str, str]) -> tuple[EditField, ...]:
    opds = ", ".join(opd.name for opd in current_regency().opds[:_OPDS_SHOWN])
    return (
        EditField(code="full_name", label=_("Full name"), value=user.full_name),
        EditField(
            code="role",
            label=_("Role"),
            value=user.role.value,
            choices=tuple(Choice(code=each.value, label=role_label(each)) for each in _ASSIGNABLE),
            hint=_("Work that was written under the former role and is not yet at the server is held."),
        ),
        EditField(code="opd", label=_("Office"), value=user.opd, hint=_("Such as {opds}").format(opds=opds)),
        EditField(
            code="kecamatan",
            label=_("Only incidents of this kecamatan"),
            value=user.kecamatan,
            choices=_kecamatan_choices(kecamatan, user.kecamatan),
            hint="" if kecamatan else _("Its code, such as 13.02.07; empty for no limit."),
        ),
    )


def _kecamatan_choices(names: Mapping[str, str], present: str) -> tuple[Choice, ...]:
    """Return no limit, all kecamatan, and the present code if it is none of them; nothing without names."""
    if not names:
        return ()
    unknown = [Choice(code=present, label=present)] if present and present not in names else []
    known = (Choice(code=code, label=name) for code, name in names.items())
    return (Choice(code="", label=_("No limit")), *known, *unknown)


def rights_of_values(user: UserSummary | None, changes: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return the rights of the user with the values of the form; `user` is None for a new one.

    `names` has the kecamatan by code.
    """
    present = user or _NEW_USER
    role = Role(changes.get("role") or present.role)
    office = UserOffice(opd=changes.get("opd", present.opd), kecamatan=changes.get("kecamatan", present.kecamatan))
    return "\n".join(
        (
            *describe_rights(role, office, kecamatan=kecamatan_text(office.kecamatan, names)),
            *_describe_unknown_opd(office.opd),
        )
    )


def _describe_unknown_opd(opd: str) -> Iterable[str]:
    known = {each.name.casefold() for each in current_regency().opds}
    if opd and opd.strip().casefold() not in known:
        text = _("{opd} is no OPD of the profile: only assignments with exactly this name are those of the user.")
        yield text.format(opd=opd)


def fault_of(values: Mapping[str, str], *, is_new: bool) -> tuple[str, str] | None:
    """Return the field and the error of the first value that the server would refuse; None without one."""
    name, reason = values.get("name", ""), values.get("reason", "")
    if is_new and not name:
        return "name", _("Enter the user name.")
    if len(name) > MOST_NAME_CHARACTERS or any(character.isspace() or character == "/" for character in name):
        return "name", _("1 to 80 characters without spaces and slashes.")
    labels = ("full_name", "opd", "reason")
    long = next((code for code in labels if len(values.get(code, "")) > MOST_LABEL_CHARACTERS), "")
    if long:
        return long, _("At most {n} characters.").format(n=MOST_LABEL_CHARACTERS)
    if fault := _kecamatan_fault(values.get("kecamatan", "")):
        return "kecamatan", fault
    if not is_new and not reason:
        return "reason", _("Enter the reason; it is recorded.")
    return None


def _kecamatan_fault(code: str) -> str:
    """Return why a code is none of a kecamatan of the regency; empty for none, or a good one."""
    regency = current_regency()
    if _KECAMATAN.fullmatch(code) and (not code or code.startswith(f"{regency.kemendagri_code}.")):
        return ""
    text = _("{code} is no kecamatan of {regency}: its codes begin with {prefix}.")
    return text.format(code=code, regency=regency.name, prefix=f"{regency.kemendagri_code}.")
