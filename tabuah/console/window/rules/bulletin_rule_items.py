"""Rules about earthquakes, warnings and volcanoes for display, and results of their trials."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.window.rules.rule_items import MAX_EPISODES, describe_raised_count, fault_lines
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.operations.bulletins.bulletin import subject_of_bulletin
from tabuah.operations.bulletins.rule_trial import BulletinEpisode, BulletinTrial
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.codes import Hazard
from tabuah.operations.feeds.proximity import Region
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.any_rule import subject_of_rule
from tabuah.operations.rules.validation import RuleProblem
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext
from tabuah.text.alarms.titles import severity_label
from tabuah.text.bulletins.trial_episodes import (
    describe_episode_duration,
    describe_episode_intensity,
    describe_episode_place,
    describe_episode_title,
    describe_missing_history,
)
from tabuah.text.code_labels import code_label
from tabuah.text.rules.bulletin_rule_text import describe_alarm_end, describe_bulletin_rule
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.rules.values import RuleItem, RuleView, TrialEpisode, TrialResult
from tabuah.widgets.values import FactItem

_ORDER: Final = (Hazard.EARTHQUAKE, Hazard.EXTREME_WEATHER, Hazard.VOLCANO)
_JUDGED: Final = {
    Hazard.EARTHQUAKE: N_("every earthquake that BMKG announces"),
    Hazard.EXTREME_WEATHER: N_("every BMKG weather warning that covers part of the regency"),
    Hazard.VOLCANO: N_("every volcano level entered by hand"),
}


def bulletin_rule_items(rules: Iterable[BulletinRule]) -> tuple[RuleItem, ...]:
    """Return the list: rules in force first, then by subject, worst first."""
    ordered = sorted(rules, key=lambda r: (not r.active, _ORDER.index(r.hazard), r.severity.rank, r.name))
    return tuple(
        RuleItem(
            id=subject_of_rule(rule),
            level=LEVEL_OF_ALARM[rule.severity],
            name=rule.name or rule.id,
            sentence=describe_bulletin_rule(rule),
            note=code_label(rule.hazard) if rule.active else _("retired"),
            active=rule.active,
            group=_("Bulletins of BMKG and PVMBG"),
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
    version = str(rule.version) if rule.active else _("{n}, retired").format(n=rule.version)
    facts = (
        FactItem(label=_("Version"), value=version),
        FactItem(label=_("Hazard"), value=code_label(rule.hazard)),
        FactItem(label=_("Source"), value=rule.source or _("not said")),
        FactItem(label=_("Judges"), value=_(_JUDGED[rule.hazard])),
        FactItem(label=_("Over"), value=describe_alarm_end(rule)),
        FactItem(label="ID", value=rule.id),
    )
    return RuleView(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        word=severity_label(rule.severity),
        name=rule.name or rule.id,
        sentence=describe_bulletin_rule(rule),
        facts=facts,
        history=tuple(history),
        active=rule.active,
        edit_reason=forbidden,
        retire_reason=forbidden or ("" if rule.active else _("This rule is retired already.")),
    )


def bulletin_form_text(
    rule: BulletinRule | None, faults: Sequence[RuleProblem], *, labels: Mapping[str, str]
) -> tuple[str, str]:
    """Describe a rule being written: its sentence, and what it evaluates or what is missing.

    Args:
        rule: None while the form is incomplete.
        faults: the errors of the form.
        labels: of the form's fields, by code.
    """
    sentence = describe_bulletin_rule(rule) if rule else _("Not yet a rule")
    if faults or rule is None:
        return sentence, "\n".join(fault_lines(faults, labels))
    return sentence, _("Evaluates {what}.").format(what=_(_JUDGED[rule.hazard]))


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
        describe_raised_count(len(trial.episodes), days) if trial.bulletins else _("No bulletins in this period.")
    )
    return TrialResult(
        summary=summary,
        source=_describe_source(trial.bulletins, synced_at),
        episodes=tuple(_episode(episode, names, trial.region) for episode in shown),
        more=" ".join(_describe_omitted(trial, len(trial.episodes) - len(shown))),
    )


def _describe_source(bulletins: int, synced_at: datetime | None) -> str:
    """Describe the data of the trial: after a long time without sync, recent bulletins are missing."""
    over = ngettext("{n} announcement in the journal", "{n} announcements in the journal", bulletins)
    told = over.format(n=format_number(bulletins))
    if synced_at is not None:
        told += " · " + _("synced {moment}").format(moment=format_moment(synced_at))
    return f"{told}."


def _describe_omitted(trial: BulletinTrial, left: int) -> Iterator[str]:
    """Describe what the list omits."""
    if trial.newest_only:
        yield describe_missing_history(trial.newest_only)
    if worse := sum(bool(episode.worse) for episode in trial.episodes):
        yield _("{n} of these alarms are superseded by a more severe rule.").format(n=format_number(worse))
    if left:
        yield ngettext("{n} older one is not listed.", "{n} older ones are not listed.", left).format(n=left)


def _episode(episode: BulletinEpisode, names: Mapping[str, str], region: Region) -> TrialEpisode:
    worse = _("superseded by rule: {rule}").format(rule=names.get(episode.worse, episode.worse))
    more = (
        describe_episode_place(episode, region),
        worse if episode.worse else "",
        describe_episode_intensity(episode),
    )
    return TrialEpisode(
        about=subject_of_bulletin(episode.bulletin),
        name=describe_episode_title(episode),
        time=describe_episode_duration(episode),
        more="  ·  ".join(part for part in more if part),
    )
