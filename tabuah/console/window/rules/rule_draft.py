"""A rule that is being written: its form texts, parts and the resulting rule."""

from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.console.window.rules.any_rules import any_rule_faults, parse_any_rule
from tabuah.console.window.rules.condition_fields import BY_CODE
from tabuah.console.window.rules.rule_form_values import MAX_PARTS, InvalidRuleForm, part_count
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.drafts import new_rule_id
from tabuah.operations.rules.validation import RuleProblem
from tabuah.operations.stations.station import Station

RESTRUCTURING_FIELDS: Final = ("condition", "parameter", "where")  # fields that other fields depend on
_NEW: Final = {"condition": "threshold", "parameter": "rain_mm", "severity": "attention"}
_NEW_PART: Final = {"parameter": "rain_mm", "condition": "accumulation", "where": "here"}


class RuleDraft:
    """A draft by a person; `written` is the subject of an existing rule, empty for a new one."""

    def __init__(self, texts: Mapping[str, str] | None = None, written: str = "") -> None:
        self.texts = dict(_NEW if texts is None else texts)
        self.written = written
        self._fill_parts()

    @property
    def can_grow(self) -> bool:
        """Return whether another part can be added."""
        return self.texts.get("condition") == "combination" and self._parts < MAX_PARTS

    @property
    def _parts(self) -> int:
        return part_count(BY_CODE["combination"], self.texts)

    def update(self, texts: Mapping[str, str]) -> None:
        """Accept the visible texts; hidden ones are kept, in case their kind is chosen again."""
        self.texts |= texts

    def is_filled(self, field: str) -> bool:
        """Return whether a field has content."""
        return bool(self.texts.get(field, "").strip())

    def add_part(self) -> None:
        self.texts["parts"] = str(self._parts + 1)
        self._fill_parts()

    def remove_part(self, code: str) -> None:
        """Remove a part; the following ones move up."""
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
    ) -> tuple[AnyRule | None, tuple[RuleProblem, ...]]:
        """Return the rule, None while it is invalid, and all its faults.

        Args:
            rules: all existing rules, by subject.
            stations: the registered stations.
        """
        known = rules.get(self.written)
        taken = {rule.id for rule in rules.values()}
        rule_id = known.id if known else new_rule_id(self.texts.get("name", ""), taken)
        try:
            rule = parse_any_rule(self.texts, id=rule_id, version=known.version + 1 if known else 1)
        except InvalidRuleForm as error:
            return None, error.faults
        return rule, any_rule_faults(rule, stations)

    def _fill_parts(self) -> None:
        for number in range(1, self._parts + 1):
            for code, text in _NEW_PART.items():
                self.texts.setdefault(f"{number}.{code}", text)
