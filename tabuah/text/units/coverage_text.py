"""Texts of the coverage: kecamatan without a ready unit, and those that a dispatch would leave."""

from collections.abc import Iterable, Sequence

from tabuah.operations.units.coverage import CoverageGap, KindCoverage
from tabuah.operations.units.unit import UnitKind
from tabuah.resources.localisation import _, format_number
from tabuah.text.code_labels import code_label
from tabuah.text.units.unit_status import format_distance

MAX_NAMED = 3  # kecamatan in one line


def describe_coverage(coverage: Iterable[KindCoverage], *, most: int = MAX_NAMED) -> str:
    """Return the kecamatan without a ready unit by kind: "No ready Ambulance: Kubung, Lembah Gumanti".

    Kinds of which the office has no unit are left out; empty where nothing is missing.
    """
    lines = (_line(each, most) for each in coverage if each.gaps and each.is_kept)
    return "\n".join(lines)


def describe_lost_coverage(call_signs: Sequence[str], lost: Iterable[KindCoverage]) -> str:
    """Return what units leave behind when they go: "Without FIRE-1 there is no ready Fire: Kubung"; else empty."""
    parts = "; ".join(f"{code_label(each.kind)}: {_names(each.gaps, MAX_NAMED)}" for each in lost)
    if not parts:
        return ""
    return _("Without {units} no unit is ready – {gaps}").format(units=", ".join(call_signs), gaps=parts)


def describe_missing_kinds(kinds: Iterable[UnitKind]) -> str:
    """Return the kinds that a kecamatan lacks: "No ready unit: Fire, Ambulance"."""
    return f"{_('No ready unit')}: {', '.join(map(code_label, kinds))}"


def describe_gaps(coverage: KindCoverage) -> str:
    """Return all kecamatan of one kind with the distance of the nearest ready unit, for a cell of a table."""
    return ", ".join(f"{gap.kecamatan.name} {format_distance(gap.nearest_m)}".strip() for gap in coverage.gaps)


def describe_requirement(coverage: KindCoverage) -> str:
    """Return where a unit must be ready: "within 20 km of the centre" or "in the kecamatan"."""
    if coverage.within_m is None:
        return _("in the kecamatan")
    return _("within {km} km of the centre").format(km=format_number(coverage.within_m / 1000))


def _line(coverage: KindCoverage, most: int) -> str:
    text = _("No ready {kind}: {names}")
    return text.format(kind=code_label(coverage.kind), names=_names(coverage.gaps, most))


def _names(gaps: Sequence[CoverageGap], most: int) -> str:
    names = ", ".join(gap.kecamatan.name for gap in gaps[:most])
    more = len(gaps) - most
    return _("{names} and {n} more").format(names=names, n=format_number(more)) if more > 0 else names
