"""Fields that follow a line about a call until a person changes them."""

from msgspec.structs import replace

from tabuah.widgets.incidents.filled_fields import FilledFields
from tabuah.widgets.incidents.report_draft import ReportDraft

FIRST = ReportDraft(occurred_text="14.30", severity="moderate")


def begun(first: ReportDraft = FIRST) -> FilledFields:
    filled = FilledFields()
    filled.begin(first)
    return filled


def test_field_follows_the_line_and_returns_to_its_first_value() -> None:
    filled = begun()
    after = filled.merge(FIRST, ReportDraft(hazard="flood", occurred_text="14.05"))
    assert (after.hazard, after.occurred_text, after.severity) == ("flood", "14.05", "moderate")
    assert filled.merge(after, ReportDraft()) == FIRST


def test_changed_field_stays() -> None:
    filled = begun()
    after = replace(filled.merge(FIRST, ReportDraft(hazard="flood")), hazard="fire")
    assert filled.merge(after, ReportDraft(hazard="landslide")).hazard == "fire"


def test_note_of_a_kept_draft_comes_before_the_words_of_the_line() -> None:
    first = replace(FIRST, note="kemarin")
    filled = begun(first)
    after = filled.merge(first, ReportDraft(note="air"))
    assert filled.merge(after, ReportDraft(note="air naik")).note == "kemarin\nair naik"


def test_words_of_the_line_follow_in_a_changed_note() -> None:
    filled = begun()
    after = filled.merge(FIRST, ReportDraft(note="air"))
    after = filled.merge(replace(after, note="dicek: air!"), ReportDraft(note="air naik"))
    assert after.note == "dicek: air naik!"


def test_words_are_added_to_a_note_that_has_lost_them() -> None:
    filled = begun()
    after = filled.merge(FIRST, ReportDraft(note="air"))
    after = filled.merge(replace(after, note="lain"), ReportDraft(note="air naik"))
    assert after.note == "lain\nair naik"
    assert filled.merge(after, ReportDraft(note="air naik cepat")).note == "lain\nair naik cepat"
