"""CSV files of readings: the advice about times is that of the regency."""

import click
import pytest
from support.regencies import eastern_regency, regency_in_use

from tabuah.console.commands.readings.readings_csv import read_readings_csv

FILE = "station,parameter,time,value\nSLK-AWLR-01,stage_m,2026-11-24T14:30,1.5\nSLK-AWLR-01,stage_m,pagi,1.5\n"


@pytest.mark.parametrize(("zone", "offset"), [("", "+08:00"), ("WIT", "+09:00"), ("UTC", "+00:00")])
def test_example_of_a_time_has_the_zone_of_the_regency_or_the_option(zone: str, offset: str):
    with regency_in_use(eastern_regency()):
        (line,) = read_readings_csv(FILE, zone=zone).unreadable
    assert f"2026-11-24T14:30:00{offset}" in line.error


def test_example_of_a_time_is_in_wib_for_the_shipped_regency():
    with pytest.raises(click.UsageError, match=r"2026-11-24T14:30:00\+07:00"):
        read_readings_csv("\n".join((FILE.splitlines()[0], FILE.splitlines()[2])))
