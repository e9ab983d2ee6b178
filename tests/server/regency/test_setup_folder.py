"""The setup of a server goes into a folder and back: the same bytes, nothing half done, no secrets."""

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.regencies import eastern_regency, write_profile_folder

from tabuah.operations.contacts.contact_table import CONTACT_COLUMNS
from tabuah.operations.feeds.sources import sample_feeds_toml
from tabuah.operations.import_table import FORMULA_STARTS
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.drafts import register_station
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.operations.units.drafts import register_unit
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.operations.units.unit import Post, Unit, UnitKind
from tabuah.resources.regency import shipped_regency
from tabuah.server.administration import write_initial_rules
from tabuah.server.configuration import read_configuration
from tabuah.server.errors import MAX_PROBLEMS_SHOWN, ServerError, UnusableSetup
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import change_user, create_user
from tabuah.server.regency.journal_profile import change_profile, journal_profile
from tabuah.server.regency.setup_changes import current_setup, import_setup
from tabuah.server.regency.setup_folder import read_setup, write_setup
from tabuah.storage.regency.profile_file import read_profile

WHERE = ("users.csv:2: ", "units.csv:2: ", "stations/X-1.toml: ", "rules/bad.toml")
PASSWORD = "sangat-rahasia-2026"
STAGE = Parameter(code="stage_m", unit="m", expected_interval_s=600.0, valid_min=0.0, valid_max=12.0)
GAUGE = Station(
    code="AWLR-01",
    name='AWLR "Lembang"',
    kind=StationKind.RIVER,
    lon_deg=100.65,
    lat_deg=-0.9,
    parameters=(STAGE,),
    gateway="bws",
    river=River(
        name="Batang Lembang",
        thresholds_m={RiverLevel.SIAGA_3: 1.6, RiverLevel.SIAGA_2: 2.2, RiverLevel.SIAGA_1: 2.8},
        thresholds_source="BWS Sumatera V",
    ),
)
UNIT = UnitRegistered(
    id="TRC-1",
    name="TRC 1",
    kind=UnitKind.QUICK_RESPONSE,
    opd="BPBD",
    members=6,
    home=Post(lon_deg=100.6, lat_deg=-0.9),
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    """A server with users, a station, a unit and rules."""
    with ServerJournal.open(tmp_path / "server") as opened:
        create_user(opened, name="ani", role=Role.ADMIN, opd="BPBD", password=PASSWORD, full_name="Ani, S.Kom.")
        create_user(opened, name="bws", role=Role.GATEWAY, opd="BWS", password=PASSWORD)
        write_initial_rules(opened)
        opened.append_drafts([register_station(GAUGE), register_unit(UNIT)])
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "empty") as opened:
        yield opened


def export(journal: ServerJournal, folder: Path) -> dict[str, bytes]:
    profile = journal_profile(journal) or shipped_regency()
    map_file = journal.directory.path / profile.map if profile.map else None
    write_setup(folder, current_setup(journal), profile=profile, map_file=map_file)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_setup_goes_round(journal: ServerJournal, empty: ServerJournal, tmp_path: Path):
    first = export(journal, tmp_path / "setup")
    assert {"regency.toml", "users.csv", "units.csv", "stations/AWLR-01.toml"} <= first.keys()
    assert len([name for name in first if name.startswith("rules/")]) > 5
    changes = import_setup(empty, tmp_path / "setup", read_setup(tmp_path / "setup"), actor="administrator")
    assert all(change.is_new for change in changes)
    assert export(empty, tmp_path / "copy") == first
    assert export(journal, tmp_path / "setup") == first


def test_setup_contains_no_secret(journal: ServerJournal, tmp_path: Path):
    contents = export(journal, tmp_path / "setup").values()
    assert not any(PASSWORD.encode() in content or b"argon2" in content for content in contents)


def test_same_setup_changes_nothing(journal: ServerJournal, tmp_path: Path):
    export(journal, tmp_path / "setup")
    head = journal.head()
    assert import_setup(journal, tmp_path / "setup", read_setup(tmp_path / "setup"), actor="administrator") == ()
    assert journal.head() == head


def test_dry_run_shows_changes_and_writes_nothing(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "users.csv", "Ani, S.Kom.", "Ani, M.Kom.")
    replace_in(folder / "stations/AWLR-01.toml", "2.2", "2.3")
    replace_in(folder / "units.csv", "TRC-1,TRC 1", "TRC-1,TRC Arosuka")
    head = journal.head()
    changes = import_setup(journal, folder, read_setup(folder), actor="administrator", dry_run=True)
    found = {(change.part, change.name): change.fields for change in changes}
    assert found == {
        ("users", "ani"): ("full_name",),
        ("stations", "AWLR-01"): ("river",),
        ("units", "TRC-1"): ("name",),
    }
    assert journal.head() == head
    import_setup(journal, folder, read_setup(folder), actor="administrator", reason="Revisi BWS")
    station = journal.state_of("station/AWLR-01").value
    assert isinstance(station, Station)
    assert station.river is not None
    assert station.river.thresholds_m[RiverLevel.SIAGA_2] == 2.3
    assert station.changes.thresholds[0].reason == "Revisi BWS"


def test_problems_are_all_named_and_nothing_is_written(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "users.csv", ",admin,", ",bupati,")
    replace_in(folder / "units.csv", "quick_response", "quick")
    (folder / "stations" / "X-1.toml").write_text("code = 1", "utf-8")
    (folder / "rules" / "bad.toml").write_text("[", "utf-8")
    with pytest.raises(UnusableSetup) as caught:
        read_setup(folder)
    found = str(caught.value)
    assert all(where in found for where in WHERE)


def test_problems_of_every_line_are_counted_and_the_first_ones_are_kept(journal: ServerJournal, tmp_path: Path):
    (tmp_path / "users.csv").write_text("name,role,opd\n" + "budi,bupati,BPBD\n" * 3000, "utf-8")
    with pytest.raises(UnusableSetup) as caught:
        read_setup(tmp_path)
    assert len(caught.value.problems) == MAX_PROBLEMS_SHOWN
    lines = str(caught.value).splitlines()
    assert ("3.000" in lines[0], lines[1][:15], lines[-2]) == (True, "  users.csv:2: ", "  dan 2.950 lagi")


def test_problems_of_many_contacts_are_bounded(journal: ServerJournal, tmp_path: Path):
    columns = ",".join(CONTACT_COLUMNS.names)
    (tmp_path / "contacts.csv").write_text(columns + ("\n" + "," * columns.count(",")) * 200, "utf-8")
    with pytest.raises(UnusableSetup) as caught:
        import_setup(journal, tmp_path, read_setup(tmp_path), actor="administrator")
    assert len(caught.value.problems) == MAX_PROBLEMS_SHOWN


def test_one_bad_station_stops_the_whole_import(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "users.csv", "Ani, S.Kom.", "Ani, M.Kom.")
    replace_in(folder / "stations/AWLR-01.toml", "2.2", "9.9")
    head = journal.head()
    with pytest.raises(UnusableSetup, match=r"stations/AWLR-01\.toml: "):
        import_setup(journal, folder, read_setup(folder), actor="administrator")
    assert journal.head() == head


def test_last_administrator_is_not_locked_by_an_import(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    rows = list(csv.reader((folder / "users.csv").read_text("utf-8").splitlines()))
    rows[1][-1] = "no"
    with (folder / "users.csv").open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    head = journal.head()
    with pytest.raises(UnusableSetup, match="user/ani"):
        import_setup(journal, folder, read_setup(folder), actor="administrator")
    assert journal.head() == head


def test_dry_run_refuses_as_the_import_does(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "users.csv", 'ani,"Ani, S.Kom.",admin', 'ani,"Ani, S.Kom.",operator')
    head = journal.head()
    for dry_run in (True, False):
        with pytest.raises(UnusableSetup, match=r"users\.csv: user/ani"):
            import_setup(journal, folder, read_setup(folder), actor="administrator", dry_run=dry_run)
    assert journal.head() == head
    create_user(journal, name="caca", role=Role.FIELD, opd="BPBD", password=PASSWORD)


def test_changes_have_both_values(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "stations/AWLR-01.toml", "2.8", "3.4")
    replace_in(folder / "stations/AWLR-01.toml", "12.0", "15.0")
    replace_in(folder / "units.csv", ",6,", ",7,")
    (folder / "users.csv").write_text("name,role,opd,active\nbws,gateway,BWS V,yes\n", "utf-8")
    changes = import_setup(journal, folder, read_setup(folder), actor="administrator", dry_run=True)
    found = {(each.path, str(each.before), str(each.after)) for change in changes for each in change.differences}
    assert found == {
        ("river.thresholds_m.siaga_1", "2.8", "3.4"),
        ("parameters.stage_m.valid_max", "12.0", "15.0"),
        ("members", "6", "7"),
        ("opd", "BWS", "BWS V"),
    }


@pytest.mark.parametrize(("lon_deg", "lat_deg"), [("10.65", "-0.9"), ("-0.9", "80.0")])
def test_station_outside_the_regency_is_refused(journal: ServerJournal, tmp_path: Path, lon_deg: str, lat_deg: str):
    folder = tmp_path / "setup"
    export(journal, folder)
    text = (folder / "stations/AWLR-01.toml").read_text("utf-8").replace("AWLR-01", "AWLR-02", 1)
    text = text.replace("100.65", lon_deg, 1).replace("lat_deg = -0.9", f"lat_deg = {lat_deg}", 1)
    (folder / "stations/AWLR-02.toml").write_text(text, "utf-8")
    with pytest.raises(UnusableSetup, match=r"stations/AWLR-02\.toml: "):
        import_setup(journal, folder, read_setup(folder), actor="administrator", dry_run=True)


@pytest.mark.parametrize("gateway", ["ani", "nobody"])
def test_unit_whose_gateway_is_no_gateway_is_refused(journal: ServerJournal, tmp_path: Path, gateway: str):
    folder = tmp_path / "setup"
    folder.mkdir()
    row = f"TRC-9,TRC 9,quick_response,BPBD,7,{gateway}"
    (folder / "units.csv").write_text(f"id,name,kind,opd,members,gateway\n{row}\n", "utf-8")
    with pytest.raises(UnusableSetup, match=r"units\.csv: TRC-9: .*" + gateway):
        import_setup(journal, folder, read_setup(folder), actor="administrator")


def test_setup_of_another_regency_brings_profile_crest_and_map(tmp_path: Path, empty: ServerJournal):
    source = write_profile_folder(tmp_path / "profile", eastern_regency())
    change_profile(empty, read_profile(source), actor="administrator")
    first = export(empty, tmp_path / "setup")
    assert {"crest.svg", "teluk-harapan.npz"} <= first.keys()
    with ServerJournal.open(tmp_path / "third") as third:
        import_setup(third, tmp_path / "setup", read_setup(tmp_path / "setup"), actor="administrator")
        assert export(third, tmp_path / "again") == first


def write_settings(journal: ServerJournal) -> None:
    """Write the files of a server: settings of the regency and of its host, a feed and a mapping."""
    folder = journal.directory.path
    of_host = f'port = 9000\nmqtt = "mqtt://tabuah:{PASSWORD}@broker"\n'
    settings = f"feeds = true\nreading_days = 14\n{of_host}[backup]\nevery_h = 12\n"
    (folder / "server.toml").write_text(settings, "utf-8")
    (folder / "feeds.toml").write_text(sample_feeds_toml(shipped_regency()), "utf-8")
    (folder / "gateways.toml").write_text("# no mappings\n", "utf-8")


def test_setup_carries_feeds_mappings_and_settings_of_no_host(
    journal: ServerJournal, empty: ServerJournal, tmp_path: Path
):
    write_settings(journal)
    (empty.directory.path / "server.toml").write_text("port = 8500\nreading_days = 3\n", "utf-8")
    first = export(journal, tmp_path / "setup")
    written = tomllib.loads(first["server.toml"].decode())
    assert written == {"feeds": True, "reading_days": 14, "backup": {"every_h": 12}}
    changes = import_setup(empty, tmp_path / "setup", read_setup(tmp_path / "setup"), actor="administrator")
    found = {change.part: change.fields for change in changes}
    assert found["settings"] == ("reading_days", "feeds", "backup.every_h")
    assert (found["feeds"], found["mappings"]) == (("text",), ("text",))
    assert export(empty, tmp_path / "copy") == first
    merged = read_configuration(empty.directory.path)
    assert (merged.port, merged.mqtt, merged.reading_days, merged.backup.every_h) == (8500, "", 14, 12)
    assert not any(PASSWORD.encode() in content for content in first.values())


def test_dry_run_writes_no_file(journal: ServerJournal, empty: ServerJournal, tmp_path: Path):
    write_settings(journal)
    export(journal, tmp_path / "setup")
    setup = read_setup(tmp_path / "setup")
    changes = import_setup(empty, tmp_path / "setup", setup, actor="administrator", dry_run=True)
    assert {"settings", "feeds", "mappings"} <= {change.part for change in changes}
    assert not any((empty.directory.path / name).exists() for name in ("server.toml", "feeds.toml", "gateways.toml"))


def test_export_deletes_files_that_the_server_no_longer_has(journal: ServerJournal, tmp_path: Path):
    write_settings(journal)
    export(journal, tmp_path / "setup")
    (journal.directory.path / "feeds.toml").unlink()
    assert "feeds.toml" not in export(journal, tmp_path / "setup")


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("server.toml", "port = 8500", "server.toml: port "),
        ("server.toml", "ports = 1", "server.toml: ports: "),
        ("server.toml", "reading_days = 0", "server.toml: reading_days: "),
        ("server.toml", "[log]\nfile = 'a.log'", "server.toml: log.file "),
        ("feeds.toml", "[[feed]]\nname = 1", "feeds.toml: "),
    ],
)
def test_bad_settings_and_feeds_are_named(tmp_path: Path, name: str, text: str, problem: str):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(UnusableSetup) as caught:
        read_setup(tmp_path)
    assert problem in str(caught.value)


def test_setup_of_another_regency_is_refused_with_nothing_done(journal: ServerJournal, tmp_path: Path):
    folder = write_profile_folder(tmp_path / "setup", eastern_regency())
    (folder / "server.toml").write_text("feeds = true\n", "utf-8")
    (folder / "users.csv").write_text("name,full_name,role,opd\ncaca,Caca,field,BPBD\n", "utf-8")
    head = journal.head()
    with pytest.raises(ServerError, match="Teluk Harapan"):
        import_setup(journal, folder, read_setup(folder), actor="administrator")
    assert (journal.head(), journal_profile(journal)) == (head, None)
    assert not (journal.directory.path / "server.toml").exists()


def test_folder_with_other_content_is_not_touched(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "other"
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "mine.toml").write_text("a = 1", "utf-8")
    with pytest.raises(UnusableSetup):
        export(journal, folder)
    assert [path.name for path in folder.rglob("*.toml")] == ["mine.toml"]


def test_users_without_password_are_created(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    with (folder / "users.csv").open("a", encoding="utf-8") as target:
        target.write("caca,Caca,field,BPBD,53.99.01,no\n")
    import_setup(journal, folder, read_setup(folder), actor="administrator")
    user = journal.authority.users["caca"]
    assert (user.role, user.kecamatan, user.active) == (Role.FIELD, "53.99.01", False)
    assert msgspec.json.encode(user).find(b"password") == -1


def test_missing_columns_leave_their_values(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    folder.mkdir()
    create_user(journal, name="doni", role=Role.FIELD, opd="BPBD", password=PASSWORD, kecamatan="13.02.07")
    change_user(journal, "doni", UserChanged(active=False, by="ani", reason="pindah"))
    (folder / "users.csv").write_text("name,role,opd\ndoni,field,Dinsos\nbws,gateway,BWS\n", "utf-8")
    (folder / "units.csv").write_text("id,name,kind,opd,members\nTRC-1,TRC 1,quick_response,BPBD,7\n", "utf-8")
    import_setup(journal, folder, read_setup(folder), actor="administrator")
    user, unit = journal.authority.users["doni"], journal.state_of("unit/TRC-1").value
    assert (user.opd, user.active, user.kecamatan) == ("Dinsos", False, "13.02.07")
    assert isinstance(unit, Unit)
    assert (unit.members, unit.home) == (7, UNIT.home)


def test_empty_active_leaves_a_user_locked(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    change_user(journal, "bws", UserChanged(active=False, by="ani", reason="rusak"))
    export(journal, folder)
    replace_in(folder / "users.csv", "bws,,gateway,BWS,,no", "bws,,gateway,BWS,,")
    (folder / "stations" / "AWLR-01.toml").unlink()
    assert import_setup(journal, folder, read_setup(folder), actor="administrator") == ()


def test_short_line_is_named(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "users.csv", ",gateway,BWS,,yes", ",gateway")
    with pytest.raises(UnusableSetup, match="3"):
        read_setup(folder)


@pytest.mark.parametrize("text", ["=1+cmd|x", "@SUM(1)", "'=1", "|x", "＝1", "+A1", "Dinas 'A'"])
def test_setup_has_no_formulas_and_reads_texts_back(journal: ServerJournal, tmp_path: Path, text: str):
    create_user(journal, name="dodo", role=Role.VIEWER, opd="BPBD", password=PASSWORD, full_name=text)
    contents = export(journal, tmp_path / "setup")
    rows = csv.reader(contents["users.csv"].decode().splitlines())
    cells = [cell for row in rows for cell in row]
    assert not any(cell.startswith(FORMULA_STARTS) for cell in cells)
    assert import_setup(journal, tmp_path / "setup", read_setup(tmp_path / "setup"), actor="administrator") == ()


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_messages_name_the_field_in_indonesian(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "users.csv", ",admin,", ",operatr,")
    replace_in(folder / "units.csv", ",6,", ",enam,")
    replace_in(folder / "stations/AWLR-01.toml", "lat_deg = -0.9", "lat_deg = 100.9")
    with pytest.raises(UnusableSetup) as caught:
        read_setup(folder)
    users, units, station = caught.value.problems
    assert "penyelia (supervisor)" in users
    assert "server" not in users
    assert units == "units.csv:2: members: yang diharapkan di sini bilangan bulat, bukan teks"
    assert station.startswith("stations/AWLR-01.toml: lat_deg: paling besar 90")


def test_users_have_roles_by_indonesian_names(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    folder.mkdir()
    (folder / "users.csv").write_text("name,role,opd\nbudi,Posko,BPBD\nsari,penyelia,BPBD\n", "utf-8")
    import_setup(journal, folder, read_setup(folder), actor="administrator")
    assert [journal.authority.users[name].role for name in ("budi", "sari")] == [Role.FIELD, Role.SUPERVISOR]
