"""Rows and cards of the help: topics and actions, found by words, those of the panel with the focus first."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from tabuah.console.window.shell.action import Action
from tabuah.console.window.shell.actions import ACTIONS, BY_ID
from tabuah.console.window.shell.key_names import is_letter_key, key_caption, key_captions, works_everywhere
from tabuah.resources.localisation import _
from tabuah.text.help.help_topics import TOPICS, HelpTopic
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.controls.record_dialog import RecordCard
from tabuah.widgets.shell.palette_index import fuzzy_score, normalise_text
from tabuah.widgets.values import FactItem, Level

RUN: Final = "run"
_TOPIC: Final = "topic/"
_ACTION: Final = "action/"
_KEY_POINTS: Final = 1_000_000  # a whole key counts before any title
_TITLE_POINTS: Final = 10_000  # a title counts before any text


class HelpItem(msgspec.Struct, frozen=True, kw_only=True):
    """A topic or an action."""

    id: str
    title: str
    words: str  # normalised, all that the search finds
    about: HelpTopic | Action

    @property
    def keys(self) -> frozenset[str]:
        """The keys of an action, as people may write them: "ctrl+k", "ctrl k"."""
        keys = self.about.keys if isinstance(self.about, Action) else ()
        return frozenset(normalise_text(key) for each in keys for key in (each, key_caption(each)))

    @property
    def has_key(self) -> bool:
        return isinstance(self.about, Action) and bool(self.about.keys)

    @property
    def runs(self) -> Action:
        """The action that Enter runs: the action itself, or the first one of the topic."""
        return self.about if isinstance(self.about, Action) else BY_ID[self.about.actions[0]]


def help_items(context_topic: HelpTopic | None = None) -> tuple[HelpItem, ...]:
    """Return all topics and actions, those of a topic first."""
    items = (*map(_topic_item, TOPICS), *(_action_item(action) for action in ACTIONS))
    if context_topic is None:
        return items
    first = (_TOPIC + context_topic.code, *(_ACTION + action for action in context_topic.actions))
    rank = {id_: number for number, id_ in enumerate(first)}
    return tuple(sorted(items, key=lambda item: rank.get(item.id, len(rank))))


def find_help(items: tuple[HelpItem, ...], words: str, *, keys_only: bool = False) -> tuple[HelpItem, ...]:
    """Return the items with all words, best first; without words all, in their order.

    Args:
        items: what to search.
        words: the search.
        keys_only: leave out topics, and actions without a key.
    """
    offered = [item for item in items if item.has_key or not keys_only]
    query = normalise_text(words.strip())
    if not query:
        return tuple(offered)
    found = [(points, item) for item in offered if (points := _points(query, item)) is not None]
    return tuple(item for _score, item in sorted(found, key=lambda pair: -pair[0]))


def help_line(item: HelpItem, reason_of: Callable[[str], str]) -> LevelLine:
    """Return the row of an item; an action that cannot run says why."""
    about = item.about
    if isinstance(about, HelpTopic):
        return LevelLine(id=item.id, level=Level.INFORMATION, text=item.title, about=about.shown_steps[0])
    reason = reason_of(about.id)
    return LevelLine(
        id=item.id,
        level=Level.NO_DATA if reason else Level.NORMAL,
        text=item.title,
        about=reason or _(about.menu),
        at=key_caption(about.shown_key),
    )


def help_card(item: HelpItem, reason_of: Callable[[str], str]) -> RecordCard:
    """Return the card of an item: the steps and keys of a topic, or how an action is run."""
    reason = reason_of(item.runs.id)
    about = item.about
    return RecordCard(
        id=item.id,
        title=item.title,
        facts=_topic_facts(about) if isinstance(about, HelpTopic) else tuple(_action_facts(about, reason)),
        labels={RUN: _(item.runs.label)} if isinstance(about, HelpTopic) else {},
        reasons={RUN: reason} if reason else {},
    )


def _topic_item(topic: HelpTopic) -> HelpItem:
    labels = (_(BY_ID[action].label) for action in topic.actions)
    words = normalise_text(" ".join((topic.shown_title, *topic.shown_steps, *labels, topic.title)))
    return HelpItem(id=_TOPIC + topic.code, title=topic.shown_title, words=words, about=topic)


def _action_item(action: Action) -> HelpItem:
    keys = " ".join((*action.keys, *map(key_caption, action.keys)))
    words = normalise_text(f"{_(action.label)} {keys} {_(action.menu)} {action.label}")
    return HelpItem(id=_ACTION + action.id, title=_(action.label), words=words, about=action)


def _points(query: str, item: HelpItem) -> int | None:
    if query in item.keys:
        return _KEY_POINTS
    title = fuzzy_score(query, normalise_text(item.title))
    if title is not None:
        return title + _TITLE_POINTS
    return fuzzy_score(query, item.words) if all(word in item.words for word in query.split()) else None


def _topic_facts(topic: HelpTopic) -> tuple[FactItem, ...]:
    steps = [FactItem(label=f"{number}.", value=step) for number, step in enumerate(topic.shown_steps, start=1)]
    actions = [BY_ID[action] for action in topic.actions]
    return (*steps, *(FactItem(label=key_captions(each.keys) or "Ctrl K", value=_(each.label)) for each in actions))


def _action_facts(action: Action, reason: str) -> Iterator[FactItem]:
    yield FactItem(label=_("Key"), value=key_captions(action.keys) or _("None; Ctrl K finds it by its name."))
    yield FactItem(label=_("Menu"), value=_(action.menu))
    yield FactItem(label=_("Works"), value=_where(action))
    if reason:
        yield FactItem(label=_("Not now"), value=reason, level=Level.ATTENTION)
    for topic in TOPICS:
        if action.id in topic.actions:
            yield FactItem(label=_("Topic"), value=topic.shown_title)


def _where(action: Action) -> str:
    """Return where the first key of an action works."""
    key = action.shown_key
    if not key:
        return _("In the menu and in the search")
    everywhere = works_everywhere(key)
    if is_letter_key(key) and everywhere:
        return _("In every window, outside text fields")
    if is_letter_key(key):
        return _("In the main window, outside text fields")
    return _("In every window, also in text fields") if everywhere else _("In the main window")
