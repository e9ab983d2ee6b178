"""A trial in parts: stations that a rule looks at one by one can be tried one by one, in little memory."""

from collections.abc import Iterable, Sequence

from tabuah.operations.rules.rule import Forecast, JointCondition, Rule
from tabuah.operations.rules.trial import Trial
from tabuah.operations.stations.station import Station


def parts_of_trial(rule: Rule, stations: Iterable[Station]) -> Sequence[tuple[Station, ...]]:
    """The stations that must be tried together: all where a rule looks from one to others, else each alone."""
    stations = tuple(stations)
    if isinstance(rule.condition, JointCondition | Forecast):
        return [stations]
    return [(station,) for station in stations]


def put_together(rule: Rule, trials: Iterable[Trial]) -> Trial:
    """One trial out of those of the parts."""
    trials = tuple(trials)
    episodes = (episode for trial in trials for episode in trial.episodes)
    return Trial(
        rule=rule.id,
        series=sum(trial.series for trial in trials),
        readings=sum(trial.readings for trial in trials),
        episodes=tuple(sorted(episodes, key=lambda episode: (episode.onset_at, episode.station))),
        too_little_history=tuple(code for trial in trials for code in trial.too_little_history),
        oldest_at=min((trial.oldest_at for trial in trials if trial.oldest_at is not None), default=None),
    )
