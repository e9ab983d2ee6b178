"""Impact of an area as text: figures with their range, source and date, and how they were computed."""

from tabuah.gis.queries.impact import AreaImpact, ImpactFigure, ImpactKind
from tabuah.operations.impact_areas import ImpactArea
from tabuah.resources.localisation import _, format_number, format_short_day, ngettext
from tabuah.text.facts import Facts
from tabuah.text.map.measurements import format_radius

_SIGNIFICANT = 3  # digits of an estimate


def impact_label(kind: ImpactKind) -> str:
    """Return what is counted."""
    labels = {
        ImpactKind.PEOPLE: _("Residents"),
        ImpactKind.SCHOOLS: _("Schools"),
        ImpactKind.HEALTH: _("Health posts"),
        ImpactKind.BRIDGES: _("Bridges"),
        ImpactKind.ROADS: _("Roads"),
    }
    return labels[kind]


def describe_impact_figure(figure: ImpactFigure) -> str:
    """Return an amount with its range and what is missing from it: "± 1.240 (300–4.100)", "not known"."""
    amount, span = format_impact_amount(figure), format_impact_range(figure)
    return " · ".join((f"{amount} ({span})" if span else amount, *impact_gaps(figure)))


def impact_gaps(figure: ImpactFigure) -> tuple[str, ...]:
    """Return what is missing from an amount: the part of the area without data, settlements without a number."""
    return tuple(part for part in (_unknown_part(figure), _without_number(figure)) if part)


def describe_unknown_impact() -> str:
    """Return why no figure of an impact is known."""
    return _("Not known: this console has no base map of OpenStreetMap and no imported layers for it.")


def describe_impact_range_note(impact: AreaImpact) -> str:
    """Return what the range of a table means."""
    text = _(
        "Range: if the border is {margin} off, and residents as if all or none of a cut area live inside."
        " Residents of a cut area are counted by its share inside."
    )
    return text.format(margin=f"{format_number(impact.margin_m)} m")


def describe_impact_source(figure: ImpactFigure) -> str:
    """Return the layer that a figure is from, with the day of its data: "OpenStreetMap, 1 Okt 2026"."""
    if figure.source is None:
        return ""
    day = figure.source.dated_on
    return f"{figure.source.name}, {format_short_day(day)}" if day else figure.source.name


def summarise_impact(impact: AreaImpact) -> str:
    """Return all figures in one line, those that are not known last: "Schools 3 (2–4) · not known: Bridges"."""
    known = [f"{impact_label(each.kind)} {describe_impact_figure(each)}" for each in impact.figures if each.is_known]
    missing = ", ".join(impact_label(each.kind) for each in impact.figures if not each.is_known)
    return " · ".join((*known, *((_("not known: {kinds}").format(kinds=missing),) if missing else ())))


def describe_impact_area(area: ImpactArea) -> str:
    """Return the area of an impact: "within 1 km" or "inside the area"."""
    if area.radius_m is None:
        return _("inside the area")
    return _("within {radius}").format(radius=format_radius(area.radius_m))


def impact_facts(impact: AreaImpact, area: ImpactArea) -> Facts:
    """Return the impact as two facts: the figures, and their sources with the margin."""
    figures = (_("Impact"), f"{describe_impact_area(area)}: {summarise_impact(impact)}")
    if not impact.is_known:
        return (figures,)
    sources = "; ".join(list_impact_sources(impact))
    return (figures, (_("Source of impact"), f"{sources}. {describe_impact_margin(impact)}"))


def describe_impact_margin(impact: AreaImpact) -> str:
    """Return how the figures were computed."""
    text = _("In brackets: if the border is {margin} off, and residents as if all or none of a cut area live inside.")
    return text.format(margin=f"{format_number(impact.margin_m)} m")


def list_impact_sources(impact: AreaImpact) -> tuple[str, ...]:
    """Return each source once, in the order of the figures."""
    return tuple(dict.fromkeys(text for figure in impact.figures if (text := describe_impact_source(figure))))


def format_impact_amount(figure: ImpactFigure) -> str:
    """Return the amount alone, for a cell of a table; "not known" without one."""
    if figure.amount is None:
        return _("not known")
    amount = _amount(figure, figure.amount)
    return _("about {amount}").format(amount=amount) if figure.is_estimate else amount


def format_impact_range(figure: ImpactFigure) -> str:
    """Return the range alone, for a cell of a table; empty where it is only the amount."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = _amount(figure, figure.low), _amount(figure, figure.high)
    return "" if low == high else f"{low}–{high}"


def _amount(figure: ImpactFigure, value: float) -> str:
    if figure.kind is ImpactKind.ROADS:
        return f"{format_number(value / 1000, digits=1)} km"
    return format_number(_significant(value) if figure.is_estimate else round(value))


def _significant(value: float) -> int:
    return int(round(value, min(0, _SIGNIFICANT - len(str(int(value))))))


def _unknown_part(figure: ImpactFigure) -> str:
    percent = 100 * figure.unknown_share
    if percent <= 0:
        return ""
    text = _("no data for {percent} % of the area")
    return text.format(percent=format_number(percent) if percent >= 1 else "< 1")


def _without_number(figure: ImpactFigure) -> str:
    if not figure.without_number:
        return ""
    text = ngettext("{n} settlement without a number", "{n} settlements without a number", figure.without_number)
    return text.format(n=format_number(figure.without_number))
