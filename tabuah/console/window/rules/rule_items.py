"""Rules as the window shows them: the list, one rule with its history, and results of trials."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.any_rule import subject_of_rule
from tabuah.operations.rules.coverage import RuleCoverage
from tabuah.operations.rules.missing_inputs import MissingInput
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_trial import RuleEpisode, RuleTrial
from tabuah.operations.rules.validation import RuleProblem
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment, format_number, format_time, ngettext
from tabuah.text.alarms.titles import severity_label
from tabuah.text.code_labels import code_label
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.rules.rule_problems import describe_rule_problem
from tabuah.text.rules.rule_text import describe_rule
from tabuah.text.rules.trial_results import describe_episode_evidence, describe_trial_basis
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.rules.values import RuleItem, RuleView, TrialEpisode, TrialResult
from tabuah.widgets.values import FactItem, Level

MAX_EPISODES: Final = 200  # episodes of one trial
_NAMED: Final = 3  # stations that are named; more are only counted


def rule_items(rules: Iterable[Rule], reach: Mapping[str, RuleCoverage]) -> tuple[RuleItem, ...]:
    """Return the list: rules in force first, then by parameter, worst first."""
    ordered = sorted(rules, key=lambda r: (not r.active, parameter_name(r.parameter), r.severity.rank, r.name))
    return tuple(_item(rule, reach.get(rule.id)) for rule in ordered)


def _item(rule: Rule, reach: RuleCoverage | None) -> RuleItem:
    watched = len(reach.watched) if reach else 0
    stands = ngettext("{n} station", "{n} stations", watched).format(n=watched) if reach else ""
    return RuleItem(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        name=rule.name or rule.id,
        sentence=describe_rule(rule),
        note=stands if rule.active else _("retired"),
        active=rule.active,
        group=_("Station readings"),
    )


def rule_view(
    rule: Rule,
    reach: RuleCoverage,
    history: Sequence[str],
    *,
    missing_inputs: Sequence[MissingInput],
    stations: Mapping[str, Station],
    role: Role,
) -> RuleView:
    """Return one rule for reading.

    Args:
        rule: the rule.
        reach: the stations it applies to.
        history: the descriptions of its versions.
        missing_inputs: inputs without a fresh value.
        stations: by code.
        role: the role of the reader.
    """
    forbidden = "" if may_write(role, "rule.written") else describe_reason("role_forbids")
    return RuleView(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        word=severity_label(rule.severity),
        name=rule.name or rule.id,
        sentence=describe_rule(rule),
        facts=tuple(fact for fact in _rule_facts(rule, reach, missing_inputs, stations) if fact.value),
        history=tuple(history),
        active=rule.active,
        edit_reason=forbidden,
        retire_reason=forbidden or ("" if rule.active else _("This rule is retired already.")),
    )


def _rule_facts(
    rule: Rule, reach: RuleCoverage, missing_inputs: Sequence[MissingInput], stations: Mapping[str, Station]
) -> list[FactItem]:
    return [
        FactItem(
            label=_("Version"), value=str(rule.version) if rule.active else _("{n}, retired").format(n=rule.version)
        ),
        FactItem(
            label=_("Hazard"), value=code_label(rule.hazard) if rule.hazard else _("none: the sensor is suspected")
        ),
        FactItem(label=_("Source"), value=rule.source or _("not said")),
        FactItem(label=_("Watches"), value=_reach_words(reach.watched, stations)),
        FactItem(label=_("Cannot watch"), value=_reach_words(reach.left_out, stations) if reach.left_out else ""),
        FactItem(
            label=_("Missing inputs"), value=_describe_missing_inputs(missing_inputs, stations), level=Level.ATTENTION
        ),
        FactItem(label="ID", value=rule.id),
    ]


def _describe_missing_inputs(missing_inputs: Sequence[MissingInput], stations: Mapping[str, Station]) -> str:
    """Describe each part without a fresh value.

    Such a part never satisfies the rule, which does not mean that all is well.
    """
    lines = [_missing_input_line(each, stations) for each in missing_inputs[:_NAMED]]
    more = len(missing_inputs) - _NAMED
    if more > 0:
        lines.append(ngettext("and {n} more thing", "and {n} more things", more).format(n=more))
    return "\n".join(lines)


def _missing_input_line(each: MissingInput, stations: Mapping[str, Station]) -> str:
    told = _("{station}: no {what} since {time}")
    if each.heard_at is None:
        told = _("{station}: no {what} ever")
    name = stations[each.station].name if each.station in stations else each.station
    time = format_moment(each.heard_at) if each.heard_at else ""
    return told.format(station=name, what=parameter_name(each.parameter).lower(), time=time)


def _reach_words(codes: Sequence[str], stations: Mapping[str, Station]) -> str:
    if not codes:
        return _("no station: none meets the conditions")
    names = ", ".join(stations[code].name if code in stations else code for code in codes[:_NAMED])
    more = len(codes) - _NAMED
    if more <= 0:
        return names
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=names, n=more)


def rule_form_text(
    rule: Rule | None,
    reach: RuleCoverage | None,
    faults: Sequence[RuleProblem],
    *,
    labels: Mapping[str, str],
    stations: Mapping[str, Station],
) -> tuple[str, str]:
    """Describe a rule being written: its sentence, and its reach or what is missing.

    Args:
        rule: None while the form is incomplete.
        reach: the stations it would apply to.
        faults: the errors of the form.
        labels: of the form's fields, by code.
        stations: by code.
    """
    sentence = describe_rule(rule) if rule else _("Not yet a rule")
    if faults or reach is None:
        return sentence, "\n".join(fault_lines(faults, labels))
    stands = _("Applies to {stations}.").format(stations=_reach_words(reach.watched, stations))
    if reach.left_out:
        stands += " " + _("Cannot apply to {stations}.").format(stations=_reach_words(reach.left_out, stations))
    return sentence, stands


def fault_lines(faults: Sequence[RuleProblem], labels: Mapping[str, str]) -> list[str]:
    """Return the first few errors, field by field."""
    described = [(problem, describe_rule_problem(problem)) for problem in faults]
    told = [f"{labels[f.field]}: {text}" if f.field in labels else text for f, text in described]
    more = len(told) - _NAMED
    if more <= 0:
        return told
    return [*told[:_NAMED], ngettext("and {n} more thing", "and {n} more things", more).format(n=more)]


def trial_result(trial: RuleTrial, stations: Mapping[str, Station], *, days: int, source: str) -> TrialResult:
    """Return the result of a trial.

    How often, where and when it would have raised an alarm, on which readings.
    """
    episodes = tuple(_episode(episode, stations) for episode in reversed(trial.episodes[-MAX_EPISODES:]))
    summary = describe_raised_count(len(trial.episodes), days)
    return TrialResult(
        summary=summary if trial.readings else _("There are no readings to try it on."),
        source=describe_trial_basis(trial, source),
        episodes=episodes,
        more=" ".join(_describe_omitted(trial, len(trial.episodes) - len(episodes))),
    )


def describe_raised_count(fired: int, days: int) -> str:
    """Describe how often the rule would have raised an alarm."""
    told = ngettext(
        "It would have been raised {n} time in {days} days.",
        "It would have been raised {n} times in {days} days.",
        fired,
    )
    return told.format(n=format_number(fired), days=days)


def _describe_omitted(trial: RuleTrial, left: int) -> Iterator[str]:
    """Describe what the list omits."""
    if left:
        yield ngettext("{n} older one is not listed.", "{n} older ones are not listed.", left).format(n=left)
    unlearnt = len(trial.too_little_history)
    if unlearnt:
        told = ngettext("{n} gauge has too little history.", "{n} gauges have too little history.", unlearnt)
        yield told.format(n=unlearnt)


def _episode(episode: RuleEpisode, stations: Mapping[str, Station]) -> TrialEpisode:
    station = stations.get(episode.station)
    until = _("still up")
    if episode.cleared_at is not None:
        same_day = episode.cleared_at.date() == episode.onset_at.date()
        until = format_time(episode.cleared_at) if same_day else format_moment(episode.cleared_at)
    return TrialEpisode(
        about=episode.station,
        name=station.name if station else episode.station,
        time=f"{format_moment(episode.onset_at)} – {until}",
        detail=describe_episode_evidence(episode),
    )
