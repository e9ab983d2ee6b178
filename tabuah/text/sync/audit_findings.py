"""Sentences about findings of an audit."""

from typing import Final

from tabuah.resources.localisation import N_, _

_FINDINGS: Final = {
    "gap": N_("Record {seq} is missing ({detail})."),
    "hash": N_("Record {seq} was changed: its hash does not follow from it and the record before."),
    "entry": N_("Record {seq} cannot be read ({detail})."),
    "device_chain": N_("Record {seq} does not follow the entry before it of its device ({detail})."),
    "signature": N_("Record {seq} is not signed by its device ({detail})."),
    "verdict": N_("Record {seq} has another verdict than the rules in force there give ({detail})."),
    "state": N_("The stored state of {detail} is not the one that its entries up to record {seq} give."),
    "head": N_("The journal does not end at its head: record {seq} ({detail})."),
    "newer_rules": N_("From record {seq} on, rules of a newer version of Tabuah are in force; update this one."),
}


def describe_finding(check: str, *, seq: int, detail: str) -> str:
    """Return the sentence of a finding."""
    return _(_FINDINGS[check]).format(seq=seq, detail=detail)
