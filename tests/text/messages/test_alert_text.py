"""Texts of alerts: title, codes, period and facts, without sealed words."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from support.cap_documents import cap_document, cap_info, reference

from tabuah.operations.messages.alert import AlertClosure, AlertEnd, MessageAlert
from tabuah.operations.messages.alert_document import read_alert
from tabuah.text.messages.alert_text import (
    alert_facts,
    alert_title,
    describe_alert_codes,
    describe_alert_kind,
    describe_alert_period,
    published_headline,
)

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
KEY = "aaaaaaaa-0000-0000-0000-000000000001"


def alert(**more: str) -> MessageAlert:
    found = read_alert(cap_document(**more), NOW).alert
    assert found is not None
    return found


def test_title_is_the_published_headline_else_the_kind():
    assert alert_title(alert()) == published_headline(alert()) == "Hujan lebat di Kabupaten Solok"
    private = alert(scope="Private")
    assert (alert_title(private), published_headline(private)) == ("peringatan baru", "")
    cancellation = alert(message="Cancel", references=reference("A1"), infos="")
    assert alert_title(cancellation) == "pembatalan peringatan"
    assert (alert_title(None), published_headline(None)) == ("", "")


@pytest.mark.parametrize("status", ["Exercise", "Test", "Draft", "System"])
def test_kind_says_that_an_alert_is_not_real(status: str):
    real, other = describe_alert_kind(alert()), describe_alert_kind(alert(status=status))
    assert other.startswith(f"{real} · ")


def test_codes_that_are_not_known_are_left_out():
    assert describe_alert_codes(alert()) == "Berat · Segera · Teramati"
    assert describe_alert_codes(alert(infos=cap_info(severity="Huge"))) == "Segera · Teramati"


def test_period_is_in_force_over_or_without_an_end():
    found = alert()
    assert found.expires is not None
    before, after = (describe_alert_period(found, found.expires + timedelta(hours=hours)) for hours in (-1, 1))
    assert before.startswith("hingga")
    assert after.startswith("sudah lewat")
    assert describe_alert_period(alert(infos=cap_info(expires="")), NOW) == "tanpa batas waktu"


def test_facts_name_the_later_alert_and_a_missing_outline():
    found = replace(alert(infos=cap_info(rings=())), earlier=(KEY,))
    closure = AlertClosure(end=AlertEnd.CANCELLED, by=KEY, at=NOW)
    values = " | ".join(value for _label, value in alert_facts(found, NOW, closure=closure))
    assert f"dibatalkan pengirimnya: {KEY[:13]}" in values
    assert "Kubung · batas wilayah tidak disebut" in values
    assert alert_facts(None, NOW) == ()
    assert "Kubung" not in str(alert_facts(alert(scope="Private"), NOW))
