"""Rules as the window shows them: the list, one rule with its history, and results of trials."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
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
from tabuah.text.alarms.titles import severity_label
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.rules.rule_facts import (
    describe_retired_rule,
    describe_rule_reach,
    list_rule_facts,
    missing_inputs_fact,
    rule_group_label,
)
from tabuah.text.rules.rule_text import describe_rule
from tabuah.text.rules.trial_results import (
    describe_episode_evidence,
    describe_episode_time,
    describe_raised_count_in_data,
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
    return RuleItem(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        name=rule.name or rule.id,
        sentence=describe_rule(rule),
        note=describe_rule_reach(rule, reach),
        active=rule.active,
        group=rule_group_label(rule),
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
        facts=tuple(_rule_facts(rule, reach, missing_inputs, stations)),
        history=tuple(history),
        active=rule.active,
        edit_reason=forbidden,
        retire_reason=forbidden or describe_retired_rule(rule),
    )


def _rule_facts(
    rule: Rule, reach: RuleCoverage, missing_inputs: Sequence[MissingInput], stations: Mapping[str, Station]
) -> Iterator[FactItem]:
    for label, value in list_rule_facts(rule, reach, stations):
        yield FactItem(label=label, value=value)
    label, value = missing_inputs_fact(missing_inputs, stations)
    if value:
        yield FactItem(label=label, value=value, level=Level.ATTENTION)
    yield FactItem(label="ID", value=rule.id)


def trial_result(
    trial: RuleTrial, stations: Mapping[str, Station], *, days: int, until: datetime, source: str
) -> TrialResult:
    """Return the result of a trial.

    How often, where and when it would have raised an alarm, on which readings.

    Args:
        trial: the result.
        stations: by code.
        days: the length that was asked for.
        until: the end of the trial.
        source: where it ran.
    """
    episodes = tuple(_episode(episode, stations) for episode in reversed(trial.episodes[-MAX_EPISODES:]))
    return TrialResult(
        summary=describe_raised_count_in_data(trial, days, until),
        source=describe_trial_basis(trial, source),
        episodes=episodes,
        more=" ".join(list_trial_omissions(trial, len(trial.episodes) - len(episodes))),
    )


def _episode(episode: RuleEpisode, stations: Mapping[str, Station]) -> TrialEpisode:
    station = stations.get(episode.station)
    return TrialEpisode(
        about=episode.station,
        name=station.name if station else episode.station,
        time=describe_episode_time(episode),
        detail=describe_episode_evidence(episode),
    )
