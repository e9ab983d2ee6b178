"""Rules about earthquakes, warnings and volcanoes for display, and results of their trials."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.window.rules.rule_items import MAX_EPISODES
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.operations.bulletins.bulletin import subject_of_bulletin
from tabuah.operations.bulletins.rule_trial import BulletinEpisode, BulletinTrial
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.codes import Hazard
from tabuah.operations.feeds.proximity import Region
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.any_rule import subject_of_rule
from tabuah.text.alarms.titles import severity_label
from tabuah.text.bulletins import trial_episodes
from tabuah.text.rules.bulletin_rule_text import describe_bulletin_rule
from tabuah.text.rules.rule_facts import (
    describe_bulletin_rule_hazard,
    describe_retired_rule,
    list_bulletin_rule_facts,
    rule_group_label,
)
from tabuah.text.rules.trial_results import describe_raised_count
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.rules.values import RuleItem, RuleView, TrialEpisode, TrialResult
from tabuah.widgets.values import FactItem

_ORDER: Final = (Hazard.EARTHQUAKE, Hazard.EXTREME_WEATHER, Hazard.VOLCANO)


def bulletin_rule_items(rules: Iterable[BulletinRule]) -> tuple[RuleItem, ...]:
    """Return the list: rules in force first, then by subject, worst first."""
    ordered = sorted(rules, key=lambda r: (not r.active, _ORDER.index(r.hazard), r.severity.rank, r.name))
    return tuple(
        RuleItem(
            id=subject_of_rule(rule),
            level=LEVEL_OF_ALARM[rule.severity],
            name=rule.name or rule.id,
            sentence=describe_bulletin_rule(rule),
            note=describe_bulletin_rule_hazard(rule),
            active=rule.active,
            group=rule_group_label(rule),
        )
        for rule in ordered
    )


def bulletin_rule_view(rule: BulletinRule, history: Sequence[str], *, role: Role) -> RuleView:
    """Return one rule for reading.

    Args:
        rule: the rule.
        history: the descriptions of its versions.
        role: the role of the reader.
    """
    forbidden = "" if may_write(role, "bulletin_rule.written") else describe_reason("role_forbids")
    facts = (*list_bulletin_rule_facts(rule), ("ID", rule.id))
    return RuleView(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        word=severity_label(rule.severity),
        name=rule.name or rule.id,
        sentence=describe_bulletin_rule(rule),
        facts=tuple(FactItem(label=label, value=value) for label, value in facts),
        history=tuple(history),
        active=rule.active,
        edit_reason=forbidden,
        retire_reason=forbidden or describe_retired_rule(rule),
    )


def bulletin_trial_result(
    trial: BulletinTrial, names: Mapping[str, str], *, days: int, synced_at: datetime | None
) -> TrialResult:
    """Return the result of a trial: how often the rule would have raised an alarm, why, when and where.

    Args:
        trial: the result.
        names: of the rules, by id.
        days: length of the trial in days.
        synced_at: time of the last sync; later bulletins are unknown here.
    """
    shown = tuple(reversed(trial.episodes[-MAX_EPISODES:]))
    summary = (
        describe_raised_count(len(trial.episodes), days) if trial.bulletins else trial_episodes.no_bulletins_text()
    )
    return TrialResult(
        summary=summary,
        source=trial_episodes.describe_bulletin_trial_basis(trial.bulletins, synced_at),
        episodes=tuple(_episode(episode, names, trial.region) for episode in shown),
        more=" ".join(trial_episodes.list_bulletin_trial_omissions(trial, len(trial.episodes) - len(shown))),
    )


def _episode(episode: BulletinEpisode, names: Mapping[str, str], region: Region) -> TrialEpisode:
    worse = trial_episodes.describe_superseding_rule(names.get(episode.worse, episode.worse))
    more = (
        trial_episodes.describe_episode_place(episode, region),
        worse if episode.worse else "",
        trial_episodes.describe_episode_intensity(episode),
    )
    return TrialEpisode(
        about=subject_of_bulletin(episode.bulletin),
        name=trial_episodes.describe_episode_title(episode),
        time=trial_episodes.describe_episode_duration(episode),
        more="  ·  ".join(part for part in more if part),
    )
