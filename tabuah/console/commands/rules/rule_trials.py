"""Output of `tabuah rule try`: the episodes that a rule would have raised on past readings or bulletins."""

from datetime import datetime

import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_table, print_text
from tabuah.console.rules.bulletin_trial import run_bulletin_trial
from tabuah.console.rules.readings_trial import run_readings_trial
from tabuah.operations.bulletins.bulletin import subject_of_bulletin
from tabuah.operations.bulletins.rule_trial import BulletinEpisode, BulletinTrial
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.feeds.proximity import Region
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_trial import RuleEpisode, RuleTrial
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.bulletins.trial_episodes import (
    describe_episode_place,
    describe_episode_title,
    describe_missing_history,
)
from tabuah.text.readings.measurements import format_value
from tabuah.text.rules.any_rule_text import describe_any_rule
from tabuah.text.rules.trial_results import describe_episode_evidence, describe_trial_basis


def show_readings_trial(
    call: Invocation, store: ConsoleStore, rule: Rule, *, since: datetime, until: datetime
) -> None:
    """Run a series rule on past readings and print the result."""
    trial, source = run_readings_trial(rule, store, since=since, until=until)
    record = msgspec.to_builtins(trial) | {"fired": len(trial.episodes), "source": source}
    call.show(record, lambda: _print_readings_trial(rule, trial, source))


def show_bulletin_trial(
    call: Invocation, store: ConsoleStore, rule: BulletinRule, *, since: datetime, until: datetime
) -> None:
    """Run a bulletin rule on past bulletins and print the result."""
    trial = run_bulletin_trial(rule, store, since=since, until=until)
    record = {
        "rule": trial.rule,
        "bulletins": trial.bulletins,
        "newest_only": trial.newest_only,
        "episodes": [_make_episode_record(episode) for episode in trial.episodes],
        "fired": len(trial.episodes),
        "source": "journal",
    }
    call.show(record, lambda: _print_bulletin_trial(rule, trial))


def _make_episode_record(episode: BulletinEpisode) -> dict[str, object]:
    alarm = episode.alarm
    return {
        "subject": subject_of_bulletin(episode.bulletin),
        "title": describe_episode_title(episode),
        "onset_at": alarm.onset_at,
        "raised_at": episode.raised_at,
        "cleared_at": episode.cleared_at,
        "lon_deg": alarm.lon_deg,
        "lat_deg": alarm.lat_deg,
        "worse": episode.worse,
        "exercise": episode.bulletin.exercise,
    }


def _print_bulletin_trial(rule: BulletinRule, trial: BulletinTrial) -> None:
    over = ngettext("{n} announcement", "{n} announcements", trial.bulletins).format(n=trial.bulletins)
    print_text(f"{rule.name}: {describe_any_rule(rule)}")
    print_text(f"{_describe_count(len(trial.episodes))} · {over}.")
    if trial.newest_only:
        print_text(describe_missing_history(trial.newest_only))
    if trial.episodes:
        headers = [_("What"), _("Where"), _("Raised"), _("Cleared"), _("Suppressed by")]
        print_table(headers, [_bulletin_cells(episode, trial.region) for episode in trial.episodes])


def _bulletin_cells(episode: BulletinEpisode, region: Region) -> list[str]:
    return [
        describe_episode_title(episode),
        describe_episode_place(episode, region),
        format_moment(episode.raised_at),
        format_moment(episode.cleared_at) if episode.cleared_at else "",
        episode.worse,
    ]


def _print_readings_trial(rule: Rule, trial: RuleTrial, source: str) -> None:
    print_text(f"{rule.name}: {describe_any_rule(rule)}")
    print_text(f"{_describe_count(len(trial.episodes))}.")
    print_text(describe_trial_basis(trial, source))
    if trial.too_little_history:
        message = _("Too little data for a forecast: {stations}.")
        print_text(message.format(stations=", ".join(trial.too_little_history)))
    if trial.episodes:
        headers = [_("Station"), _("Onset"), _("Raised"), _("Cleared"), _("Peak or values")]
        print_table(headers, [_readings_cells(episode) for episode in trial.episodes])


def _describe_count(fired: int) -> str:
    message = ngettext("It would have been raised {n} time", "It would have been raised {n} times", fired)
    return message.format(n=fired)


def _readings_cells(episode: RuleEpisode) -> list[str]:
    return [
        episode.station,
        format_moment(episode.onset_at),
        format_moment(episode.raised_at),
        format_moment(episode.cleared_at) if episode.cleared_at else "",
        _describe_episode(episode),
    ]


def _describe_episode(episode: RuleEpisode) -> str:
    """Return the peak, or the values of all stations for a rule over several series."""
    contributing = [finding for finding in episode.evidence if finding.holds and finding.value is not None]
    if episode.peak is None:
        return ", ".join(f"{f.station} {format_value(f.parameter, f.value or 0.0)}" for f in contributing)
    return describe_episode_evidence(episode) if contributing else format_value(episode.parameter, episode.peak)
