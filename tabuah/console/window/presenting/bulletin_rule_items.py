"""Rules about earthquakes, warnings and volcanoes as the window shows them, and what a trial of one came to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.trial_words import felt_words, newest_only_words, place_words, span_words, title_words
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.presenting.rule_items import MOST_SHOWN, fault_lines, raised_words
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.bulletins.folding import subject_of_bulletin
from tabuah.operations.bulletins.rule_telling import tell_bulletin_rule, tell_over_by_itself
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.trial import BulletinEpisode, BulletinTrial
from tabuah.operations.codes import Hazard
from tabuah.operations.feeds.nearness import Region
from tabuah.operations.labels import label_of
from tabuah.operations.reasons import reason_words
from tabuah.operations.rules.checking import Fault
from tabuah.operations.rules.either import subject_of_rule
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_moment, format_number
from tabuah.widgets.rules.values import RuleItem, RuleView, TrialEpisode, TrialResult
from tabuah.widgets.values import Fact

_ORDER: Final = (Hazard.EARTHQUAKE, Hazard.EXTREME_WEATHER, Hazard.VOLCANO)
_JUDGED: Final = {
    Hazard.EARTHQUAKE: N_("every earthquake that BMKG announces"),
    Hazard.EXTREME_WEATHER: N_("every weather warning of BMKG that touches the regency"),
    Hazard.VOLCANO: N_("every level of a volcano that somebody enters"),
}


def bulletin_rule_items(rules: Iterable[BulletinRule]) -> tuple[RuleItem, ...]:
    """The list: in force first, then by what they are about, worst first."""
    ordered = sorted(rules, key=lambda r: (not r.active, _ORDER.index(r.hazard), r.severity.rank, r.name))
    return tuple(
        RuleItem(
            id=subject_of_rule(rule),
            level=LEVEL_OF_ALARM[rule.severity],
            name=rule.name or rule.id,
            told=tell_bulletin_rule(rule),
            note=label_of(rule.hazard) if rule.active else _("retired"),
            active=rule.active,
            group=_("What BMKG and PVMBG announce"),
        )
        for rule in ordered
    )


def bulletin_rule_view(rule: BulletinRule, history: Sequence[str], *, role: Role) -> RuleView:
    """One rule as it is read.

    Args:
        rule: the rule.
        history: its versions in words.
        role: of whoever reads it.
    """
    forbidden = "" if may_write(role, "bulletin_rule.written") else reason_words("role_forbids")
    version = str(rule.version) if rule.active else _("{n}, retired").format(n=rule.version)
    facts = (
        Fact(label=_("Version"), value=version),
        Fact(label=_("Hazard"), value=label_of(rule.hazard)),
        Fact(label=_("Source"), value=rule.source or _("not said")),
        Fact(label=_("Judges"), value=_(_JUDGED[rule.hazard])),
        Fact(label=_("Over"), value=tell_over_by_itself(rule)),
        Fact(label="ID", value=rule.id),
    )
    return RuleView(
        id=subject_of_rule(rule),
        level=LEVEL_OF_ALARM[rule.severity],
        word=severity_word(rule.severity),
        name=rule.name or rule.id,
        told=tell_bulletin_rule(rule),
        facts=facts,
        history=tuple(history),
        active=rule.active,
        edit_reason=forbidden,
        retire_reason=forbidden or ("" if rule.active else _("This rule is retired already.")),
    )


def bulletin_form_words(
    rule: BulletinRule | None, faults: Sequence[Fault], *, labels: Mapping[str, str]
) -> tuple[str, str]:
    """How a rule that is being written will read, and what it judges or what is still missing.

    Args:
        rule: None where it is none yet.
        faults: what is wrong with it.
        labels: of the form's fields, by code.
    """
    sentence = tell_bulletin_rule(rule) if rule else _("Not yet a rule")
    if faults or rule is None:
        return sentence, "\n".join(fault_lines(faults, labels))
    return sentence, _("Judges {what}.").format(what=_(_JUDGED[rule.hazard]))


def bulletin_trial_result(
    trial: BulletinTrial, names: Mapping[str, str], *, days: int, synced_at: datetime | None
) -> TrialResult:
    """What a trial says: how often it would have been raised, what for, when and where.

    Args:
        trial: what it came to.
        names: of the rules, by id.
        days: how many days were played.
        synced_at: until when this console knows what was announced.
    """
    shown = tuple(reversed(trial.episodes[-MOST_SHOWN:]))
    summary = raised_words(len(trial.episodes), days) if trial.bulletins else _("Nothing was announced in this time.")
    return TrialResult(
        summary=summary,
        source=_source_words(trial.bulletins, synced_at),
        episodes=tuple(_episode(episode, names, trial.region) for episode in shown),
        more=" ".join(_more(trial, len(trial.episodes) - len(shown))),
    )


def _source_words(bulletins: int, synced_at: datetime | None) -> str:
    """Over what it was played: a journal that was synced long ago knows nothing of what came since."""
    over = ngettext("{n} announcement in the journal", "{n} announcements in the journal", bulletins)
    told = over.format(n=format_number(bulletins))
    if synced_at is not None:
        told += " · " + _("synced {moment}").format(moment=format_moment(synced_at))
    return f"{told}."


def _more(trial: BulletinTrial, left: int) -> Iterator[str]:
    """What the list does not say."""
    if trial.newest_only:
        yield newest_only_words(trial.newest_only)
    if worse := sum(bool(episode.worse) for episode in trial.episodes):
        yield _("In {n} of these alarms a worse rule speaks.").format(n=format_number(worse))
    if left:
        yield ngettext("{n} older one is not listed.", "{n} older ones are not listed.", left).format(n=left)


def _episode(episode: BulletinEpisode, names: Mapping[str, str], region: Region) -> TrialEpisode:
    worse = _("in its place speaks: {rule}").format(rule=names.get(episode.worse, episode.worse))
    more = (place_words(episode, region), worse if episode.worse else "", felt_words(episode))
    return TrialEpisode(
        about=subject_of_bulletin(episode.bulletin),
        name=title_words(episode),
        time=span_words(episode),
        more="  ·  ".join(part for part in more if part),
    )
