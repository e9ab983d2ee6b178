"""Entries of one account that harmed others before values were bounded; version 1 of the rules accepts them."""

from typing import Final

import msgspec
from support.judged_journal import key_of

from tabuah.operations.entries import Draft

ATTACK_ALARM: Final = key_of(7)
ATTACKED_INCIDENT: Final = key_of(1)
ATTACK_STATION: Final = "BAD-1"
_ALARM: Final = '"rule":"r","station":"BAD-1","parameter":"rain_mm","severity":"attention"'

# Subject, entry kind and body of each.
ATTACKS: Final[dict[str, tuple[str, str, str]]] = {
    "station": (
        f"station/{ATTACK_STATION}",
        "station.registered",
        (
            '{"station":{"code":"BAD-1","name":"x","kind":"rain","lon_deg":100.6,"lat_deg":-0.9,"parameters":'
            '[{"code":"rain_mm","unit":"mm","expected_interval_s":1e300,"valid_min":-1e308,"valid_max":1e308}]}}'
        ),
    ),
    "river": (
        "station/BAD-2",
        "station.registered",
        (
            '{"station":{"code":"BAD-2","name":"%s","kind":"river","lon_deg":100.6,"lat_deg":-0.9,"parameters":'
            '[{"code":"stage_m","unit":"m","expected_interval_s":-1e300,"valid_min":0,"valid_max":1e308}],'
            '"river":{"name":"y","downstream":"BAD-2","lag_s":1e300,"thresholds_m":{"siaga_1":1e308}}}}'
        )
        % ("x" * 5000),
    ),
    "rule": (
        "rule/bad-1",
        "rule.written",
        '{"rule":{"id":"bad-1","name":"x","parameter":"","severity":"attention","condition":{"type":"silence","for_s":1e14}}}',
    ),
    "alarm": (
        f"alarm/{ATTACK_ALARM}",
        "alarm.raised",
        f'{{{_ALARM},"onset_at":"9999-12-31T23:59:59Z","value":1e308,"limit":-1e308,"lon_deg":1e300,"lat_deg":1e300}}',
    ),
    "shelving": (
        f"alarm/{ATTACK_ALARM}",
        "alarm.shelved",
        '{"until":"9999-12-31T23:59:59Z","reason":"x"}',
    ),
    "old_alarm": (
        f"alarm/{key_of(8)}",
        "alarm.raised",
        f'{{{_ALARM},"onset_at":"0001-01-01T00:00:00Z","value":-1e308,"title":"{"x" * 5000}"}}',
    ),
    "attachment": (
        f"incident/{ATTACKED_INCIDENT}",
        "incident.attached",
        (
            f'{{"sha256":"{"a" * 64}","name":"f","media_type":"image/jpeg","size":{2**70},'
            f'"thumbnail":"{"b" * 64}","thumbnail_size":{2**70}}}'
        ),
    ),
    "occurrence": (
        f"incident/{ATTACKED_INCIDENT}",
        "incident.edited",
        '{"occurred_at":"9999-12-31T23:59:59Z","area":[[1e300,0],[0,1e300],[1,1],[1e300,0]]}',
    ),
    "maintenance": (
        f"maintenance/{key_of(9)}",
        "maintenance.planned",
        '{"stations":["BAD-1"],"since":"9999-12-20T00:00:00Z","until":"9999-12-31T23:59:59Z","reason":"x"}',
    ),
}


def attack(name: str) -> Draft:
    """Return the draft of an attack; stations are of an exercise, as a gateway may register them."""
    subject, kind, body = ATTACKS[name]
    return Draft(subject=subject, kind=kind, body=msgspec.Raw(body.encode()), exercise=kind.startswith("station"))
