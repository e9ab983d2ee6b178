"""A rule while it is being written: the texts of its form, its parts, and the rule that they say."""

from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.console.window.presenting.rule_families import any_rule_of, faults_of_any
from tabuah.console.window.presenting.rule_slots import BY_CODE
from tabuah.console.window.presenting.rule_texts import MOST_PARTS, NotYet, parts_of
from tabuah.operations.rules.checking import Fault
from tabuah.operations.rules.either import AnyRule
from tabuah.operations.rules.gestures import id_for
from tabuah.operations.stations.station import Station

RESTRUCTURING: Final = ("condition", "parameter", "where")  # what other fields depend on
_NEW: Final = {"condition": "threshold", "parameter": "rain_mm", "severity": "attention"}
_NEW_PART: Final = {"parameter": "rain_mm", "condition": "accumulation", "where": "here"}


class RuleDraft:
    """Written by a person; `written` is the subject of the rule that is changed, empty for a new one."""

    def __init__(self, texts: Mapping[str, str] | None = None, written: str = "") -> None:
        self.texts = dict(_NEW if texts is None else texts)
        self.written = written
        self._fill_parts()

    @property
    def can_grow(self) -> bool:
        """Whether another part can be added."""
        return self.texts.get("condition") == "combination" and self._parts < MOST_PARTS

    @property
    def _parts(self) -> int:
        return parts_of(BY_CODE["combination"], self.texts)

    def take(self, texts: Mapping[str, str]) -> None:
        """What stands in the fields that are shown; what is hidden now is kept, should its kind be chosen again."""
        self.texts |= texts

    def is_filled(self, field: str) -> bool:
        """Whether a person has written something there."""
        return bool(self.texts.get(field, "").strip())

    def add_part(self) -> None:
        """One more part."""
        self.texts["parts"] = str(self._parts + 1)
        self._fill_parts()

    def remove_part(self, code: str) -> None:
        """One part less; those behind it move up."""
        kept = [number for number in range(1, self._parts + 1) if str(number) != code]
        moved = {
            f"{new}.{key.partition('.')[2]}": text
            for new, old in enumerate(kept, 1)
            for key, text in self.texts.items()
            if key.startswith(f"{old}.")
        }
        others = {key: text for key, text in self.texts.items() if not key[:1].isdigit()}
        self.texts = others | moved | {"parts": str(len(kept))}

    def read(
        self, rules: Mapping[str, AnyRule], stations: Iterable[Station]
    ) -> tuple[AnyRule | None, tuple[Fault, ...]]:
        """The rule that is written, None where it is none yet; and all that is wrong.

        Args:
            rules: all that there are, by subject.
            stations: those that are registered.
        """
        known = rules.get(self.written)
        taken = {rule.id for rule in rules.values()}
        rule_id = known.id if known else id_for(self.texts.get("name", ""), taken)
        try:
            rule = any_rule_of(self.texts, id=rule_id, version=known.version + 1 if known else 1)
        except NotYet as error:
            return None, error.faults
        return rule, faults_of_any(rule, stations)

    def _fill_parts(self) -> None:
        for number in range(1, self._parts + 1):
            for code, text in _NEW_PART.items():
                self.texts.setdefault(f"{number}.{code}", text)
