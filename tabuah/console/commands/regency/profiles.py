"""`tabuah profile`: show, check, use and export the profile of the regency."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.console.commands.regency.holidays import holiday_group
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency import current_regency, regency_map_file, shipped_regency

if TYPE_CHECKING:
    from tabuah.resources.regency_profile import RegencyProfile

profile_group = TabuahGroup("profile", help=N_("The profile of the regency: name, codes, time zone, lists."))
profile_group.add_command(holiday_group)


class ProfileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of a profile with `--json`."""

    name: str
    kemendagri_code: str
    bps_code: str
    number_prefix: str
    time_zone: str
    languages: tuple[str, ...]
    map: str
    shipped: bool


@profile_group.command("show", help=N_("Show the profile that this console uses."))
@click.pass_obj
def show(call: Invocation) -> None:
    _show(call, current_regency())


@profile_group.command("check", help=N_("Check a profile with its crest and map; nothing is changed."))
@click.argument("file", type=click.Path(path_type=Path, exists=True), metavar="FILE")
@click.pass_obj
def check(call: Invocation, *, file: Path) -> None:
    from tabuah.storage.regency.profile_file import read_profile

    _show(call, read_profile(file).profile)


@profile_group.command("use", help=N_("Use a profile on this console before its first log-in."))
@click.argument("file", type=click.Path(path_type=Path, exists=True), metavar="FILE")
@click.pass_obj
def use(call: Invocation, *, file: Path) -> None:
    """Keep a profile; a console with a server has that of the server."""
    from tabuah.storage.regency.profile_file import read_profile
    from tabuah.storage.regency.profile_use import use_profile

    found = read_profile(file)
    with call.open_store() as store:
        use_profile(store, found)
    _show(call, current_regency())


@profile_group.command("export", help=N_("Write the profile with crest and map into a folder, to change it there."))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
@click.pass_obj
def export(call: Invocation, *, folder: Path) -> None:
    from tabuah.storage.regency.profile_file import write_profile

    file = write_profile(folder, current_regency(), regency_map_file())
    call.show({"file": str(file)}, lambda: print_text(_("Written: {path}").format(path=file)))


def _show(call: Invocation, profile: "RegencyProfile") -> None:
    record = ProfileRecord(
        name=profile.name,
        kemendagri_code=profile.kemendagri_code,
        bps_code=profile.bps_code,
        number_prefix=profile.number_prefix,
        time_zone=profile.time_zone,
        languages=profile.languages,
        map=profile.map,
        shipped=profile == shipped_regency(),
    )
    facts = [
        (_("Regency"), profile.name),
        (_("Codes"), f"Kemendagri {profile.kemendagri_code}, BPS {profile.bps_code}"),
        (_("Incident numbers"), f"{profile.number_prefix}-…"),
        (_("Time zone"), f"{profile.time_zone} ({profile.zone_label})"),
        (_("Map"), profile.map or _("the map that ships with Tabuah")),
        (_("OPDs"), ", ".join(opd.name for opd in profile.opds)),
    ]
    call.show(record, lambda: print_facts(facts))
