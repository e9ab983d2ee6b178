"""Rules as the window shows them: the list, one rule with its history, and results of trials."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.any_rule import subject_of_rule
from tabuah.operations.rules.coverage import RuleCoverage
from tabuah.operations.rules.missing_inputs import MissingInput
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_trial import RuleEpisode, RuleTrial
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment, format_time, ngettext
from tabuah.text.alarms.titles import severity_label
from tabuah.text.code_labels import code_label
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.rules.any_rule_text import describe_missing_inputs, describe_reach
from tabuah.text.rules.rule_text import describe_rule
from tabuah.text.rules.trial_results import (
    describe_episode_evidence,
    describe_raised_count,
    describe_trial_basis,
    list_trial_omissions,
)
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.rules.values import RuleItem, RuleView, TrialEpisode, TrialResult
from tabuah.widgets.values import FactItem, Level

MAX_EPISODES: Final = 200  # episodes of one trial


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
        FactItem(label=_("Watches"), value=describe_reach(reach.watched, stations)),
        FactItem(label=_("Cannot watch"), value=describe_reach(reach.left_out, stations) if reach.left_out else ""),
        FactItem(
            label=_("Missing inputs"), value=describe_missing_inputs(missing_inputs, stations), level=Level.ATTENTION
        ),
        FactItem(label="ID", value=rule.id),
    ]


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
        more=" ".join(list_trial_omissions(trial, len(trial.episodes) - len(episodes))),
    )


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
