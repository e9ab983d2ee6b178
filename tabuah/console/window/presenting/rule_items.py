"""Rules as the window shows them: the list, one in words with its history, and what a trial came to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tabuah.console.readings_tried import seen_words, tried_words
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.labels import label_of
from tabuah.operations.reasons import reason_words
from tabuah.operations.rules.checking import Fault
from tabuah.operations.rules.either import subject_of_rule
from tabuah.operations.rules.reach import Reach
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.telling import tell_rule
from tabuah.operations.rules.trial import Episode, Trial
from tabuah.operations.rules.unanswered import Unanswered
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.units import name_of
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_moment, format_number, format_time
from tabuah.widgets.rules.values import RuleItem, RuleView, TrialEpisode, TrialResult
from tabuah.widgets.values import Fact, Level

MOST_SHOWN: Final = 200  # episodes of one trial
_NAMED: Final = 3  # stations that are named where more are meant


def rule_items(rules: Iterable[Rule], reach: Mapping[str, Reach]) -> tuple[RuleItem, ...]:
    """The list: in force first, then by what they watch, worst first."""
    ordered = sorted(rules, key=lambda r: (not r.active, name_of(r.parameter), r.severity.rank, r.name))
    return tuple(_item(rule, reach.get(rule.id)) for rule in ordered)


def _item(rule: Rule, reach: Reach | None) -> RuleItem:
    watched = len(reach.watched) if reach else 0
    stands = ngettext("{n} station", "{n} stations", watched).format(n=watched) if reach else ""
    return RuleItem(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        name=rule.name or rule.id,
        told=tell_rule(rule),
        note=stands if rule.active else _("retired"),
        active=rule.active,
        group=_("What stations measure"),
    )


def rule_view(
    rule: Rule,
    reach: Reach,
    history: Sequence[str],
    *,
    unanswered: Sequence[Unanswered],
    stations: Mapping[str, Station],
    role: Role,
) -> RuleView:
    """One rule as it is read.

    Args:
        rule: the rule.
        reach: where it stands.
        history: its versions in words.
        unanswered: what it cannot know now.
        stations: by code.
        role: of whoever reads it.
    """
    forbidden = "" if may_write(role, "rule.written") else reason_words("role_forbids")
    facts = [
        Fact(
            label=_("Version"), value=str(rule.version) if rule.active else _("{n}, retired").format(n=rule.version)
        ),
        Fact(label=_("Hazard"), value=label_of(rule.hazard) if rule.hazard else _("none: it accuses the sensor")),
        Fact(label=_("Source"), value=rule.source or _("not said")),
        Fact(label=_("Watches"), value=_reach_words(reach.watched, stations)),
        Fact(label=_("Cannot watch"), value=_reach_words(reach.left_out, stations) if reach.left_out else ""),
        Fact(label=_("Cannot know now"), value=_unanswered_words(unanswered, stations), level=Level.ATTENTION),
        Fact(label="ID", value=rule.id),
    ]
    return RuleView(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        word=severity_word(rule.severity),
        name=rule.name or rule.id,
        told=tell_rule(rule),
        facts=tuple(fact for fact in facts if fact.value),
        history=tuple(history),
        active=rule.active,
        edit_reason=forbidden,
        retire_reason=forbidden or ("" if rule.active else _("This rule is retired already.")),
    )


def _unanswered_words(unanswered: Sequence[Unanswered], stations: Mapping[str, Station]) -> str:
    """Line by line where a part has no fresh value: it never satisfies the rule, and is no reason for calm."""
    lines = [_unanswered_line(each, stations) for each in unanswered[:_NAMED]]
    more = len(unanswered) - _NAMED
    if more > 0:
        lines.append(ngettext("and {n} more thing", "and {n} more things", more).format(n=more))
    return "\n".join(lines)


def _unanswered_line(each: Unanswered, stations: Mapping[str, Station]) -> str:
    told = _("{station}: no {what} since {time}")
    if each.heard_at is None:
        told = _("{station}: no {what} ever")
    name = stations[each.station].name if each.station in stations else each.station
    time = format_moment(each.heard_at) if each.heard_at else ""
    return told.format(station=name, what=name_of(each.parameter).lower(), time=time)


def _reach_words(codes: Sequence[str], stations: Mapping[str, Station]) -> str:
    if not codes:
        return _("no station: none has what it needs")
    names = ", ".join(stations[code].name if code in stations else code for code in codes[:_NAMED])
    more = len(codes) - _NAMED
    if more <= 0:
        return names
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=names, n=more)


def form_words(
    rule: Rule | None,
    reach: Reach | None,
    faults: Sequence[Fault],
    *,
    labels: Mapping[str, str],
    stations: Mapping[str, Station],
) -> tuple[str, str]:
    """How a rule that is being written will read, and where it will stand or what is still missing.

    Args:
        rule: None where it is none yet.
        reach: where it would stand.
        faults: what is wrong with it.
        labels: of the form's fields, by code.
        stations: by code.
    """
    sentence = tell_rule(rule) if rule else _("Not yet a rule")
    if faults or reach is None:
        return sentence, "\n".join(fault_lines(faults, labels))
    stands = _("Watches {stations}.").format(stations=_reach_words(reach.watched, stations))
    if reach.left_out:
        stands += " " + _("Cannot watch {stations}.").format(stations=_reach_words(reach.left_out, stations))
    return sentence, stands


def fault_lines(faults: Sequence[Fault], labels: Mapping[str, str]) -> list[str]:
    """What is missing or wrong, field by field, the first few."""
    told = [f"{labels[f.field]}: {f.words}" if f.field in labels else f.words for f in faults]
    more = len(told) - _NAMED
    if more <= 0:
        return told
    return [*told[:_NAMED], ngettext("and {n} more thing", "and {n} more things", more).format(n=more)]


def trial_result(trial: Trial, stations: Mapping[str, Station], *, days: int, source: str) -> TrialResult:
    """What a trial says: how often it would have been raised, where and when, and over which readings."""
    episodes = tuple(_episode(episode, stations) for episode in reversed(trial.episodes[-MOST_SHOWN:]))
    summary = raised_words(len(trial.episodes), days)
    return TrialResult(
        summary=summary if trial.readings else _("There are no readings to try it on."),
        source=tried_words(trial, source),
        episodes=episodes,
        more=" ".join(_left_out(trial, len(trial.episodes) - len(episodes))),
    )


def raised_words(fired: int, days: int) -> str:
    """How often it would have been raised."""
    told = ngettext(
        "It would have been raised {n} time in {days} days.",
        "It would have been raised {n} times in {days} days.",
        fired,
    )
    return told.format(n=format_number(fired), days=days)


def _left_out(trial: Trial, left: int) -> Iterator[str]:
    """What the list does not say."""
    if left:
        yield ngettext("{n} older one is not listed.", "{n} older ones are not listed.", left).format(n=left)
    unlearnt = len(trial.too_little_history)
    if unlearnt:
        told = ngettext("{n} gauge has too little history.", "{n} gauges have too little history.", unlearnt)
        yield told.format(n=unlearnt)


def _episode(episode: Episode, stations: Mapping[str, Station]) -> TrialEpisode:
    station = stations.get(episode.station)
    until = _("still up")
    if episode.cleared_at is not None:
        same_day = episode.cleared_at.date() == episode.onset_at.date()
        until = format_time(episode.cleared_at) if same_day else format_moment(episode.cleared_at)
    return TrialEpisode(
        about=episode.station,
        name=station.name if station else episode.station,
        time=f"{format_moment(episode.onset_at)} – {until}",
        detail=seen_words(episode),
    )
