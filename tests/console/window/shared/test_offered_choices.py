"""Forms offer the hazards and kinds of units that the profile of the regency offers."""

import msgspec
from support.regencies import eastern_regency, regency_in_use

from tabuah.console.window.shared.form_fields import hazard_choices
from tabuah.console.window.units.unit_registration import unit_fields
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import HazardSettings, UnitKindSettings


def test_hazard_that_is_not_offered_is_shown_only_where_it_is_chosen():
    hazards = tuple(
        msgspec.structs.replace(each, offered=each.code != "volcano", questions=("Apa yang terlihat?",))
        for each in shipped_regency().hazards
    )
    with regency_in_use(eastern_regency(hazards=hazards)):
        offered = {choice.code: choice.hint for choice in hazard_choices()}
        assert "volcano" not in offered
        assert offered["flood"] == "Apa yang terlihat?"
        assert "volcano" in {choice.code for choice in hazard_choices("volcano")}


def test_kind_of_unit_that_is_not_offered_is_left_out():
    kinds = (UnitKindSettings(code="volunteers", offered=False),)
    with regency_in_use(eastern_regency(unit_kinds=kinds)):
        field = next(field for field in unit_fields(None) if field.code == "kind")
        assert "volunteers" not in {choice.code for choice in field.choices}
        assert "fire" in {choice.code for choice in field.choices}


def test_clock_of_unlisted_hazard_does_not_run():
    assert eastern_regency(hazards=(HazardSettings(code="flood"),)).hazard("fire").arrival_min is None
