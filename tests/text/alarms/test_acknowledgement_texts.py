"""Texts of acknowledgements that can be undone."""

from tabuah.text.alarms.alarm_status import describe_acknowledgement, describe_left_open


def test_acknowledgement_names_three_alarms_and_counts_others():
    assert describe_acknowledgement(["a"]) == "1 alarm ditanggapi: a"
    titles = [f"alarm {n}" for n in range(12)]
    assert describe_acknowledgement(titles) == "12 alarm ditanggapi: alarm 0; alarm 1; alarm 2; dan 9 lainnya"


def test_alarms_left_open_are_counted():
    assert describe_left_open(0) == ""
    assert describe_left_open(2) == "2 alarm baru saja masuk dan tetap terbuka."
