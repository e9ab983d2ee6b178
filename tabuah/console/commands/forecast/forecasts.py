"""`tabuah forecast`: river forecasts of the server, their model and their verification."""

from collections.abc import Mapping
from datetime import datetime
from math import isnan
from typing import Any

import click
import msgspec

from tabuah.console.commands.command_classes import Moment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_facts, print_table, print_text
from tabuah.operations.exercises.scope import code_in_exercise, plain_code, scope_world
from tabuah.operations.forecast.gauge_model import GaugeModel, MethodFit, TooLittleHistory
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import ForecastReply, ModelReply, VerificationReply
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.exercises.exercise_text import exercise_fields, exercises_by_id
from tabuah.text.forecast.forecasts import describe_forecast_method
from tabuah.text.readings.measurements import format_value
from tabuah.text.rules.rule_text import format_duration, river_level_label

_STAGE = "stage_m"

forecast_group = TabuahGroup("forecast", help=N_("See river forecasts and their accuracy."))


@forecast_group.command("show", help=N_("Show the latest forecast of a gauge with its typical error."))
@click.argument("station", metavar="STATION")
@exercise_option
@click.pass_obj
def show_forecast(call: Invocation, *, station: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store, ConsoleSession(store).client as client:
        code, fields = _code_in_scope(store, station, worlds)
        found = client.call("GET", f"/v1/forecasts/{code}", ForecastReply)
    call.show(_make_record(found, fields), lambda: _print_forecast(found))


@forecast_group.command("model", help=N_("Show the forecast model of a gauge and its test results."))
@click.argument("station", metavar="STATION")
@exercise_option
@click.pass_obj
def show_model(call: Invocation, *, station: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store, ConsoleSession(store).client as client:
        code, fields = _code_in_scope(store, station, worlds)
        found = client.call("GET", f"/v1/forecasts/{code}/model", ModelReply)
    call.show(_make_record(found, fields), lambda: _print_model(found))


@forecast_group.command("verify", help=N_("Verify the forecasts of a period against observations."))
@click.argument("station", metavar="STATION")
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (local time)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (local time)."))
@exercise_option
@click.pass_obj
def verify_forecasts(
    call: Invocation, *, station: str, since: datetime, until: datetime, worlds: ChosenWorlds
) -> None:
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    span = {"from": since.isoformat(), "to": until.isoformat()}
    with call.open_store() as store, ConsoleSession(store).client as client:
        code, fields = _code_in_scope(store, station, worlds)
        found = client.call("GET", f"/v1/forecasts/{code}/verification", VerificationReply, params=span)
    headers = [_("Level"), _("Forecasts"), _("Hits"), _("Misses"), _("False alarms"), _("Mean lead")]
    rows = [
        [
            river_level_label(each.level),
            str(each.result.forecasts),
            str(each.result.hits),
            str(each.result.misses),
            str(each.result.false_alarms),
            "-" if isnan(each.result.mean_lead_s) else format_duration(60 * round(each.result.mean_lead_s / 60)),
        ]
        for each in found.levels
    ]
    call.show_table(_make_record(found, fields), headers, rows, empty=_("This station has no levels to forecast."))


def _code_in_scope(store: ConsoleStore, station: str, worlds: ChosenWorlds) -> tuple[str, dict[str, str | None]]:
    """Return the code of a gauge in the chosen world, and the fields of that world in JSON."""
    scope = worlds.scope(store)
    fields = exercise_fields(scope_world(scope), exercises_by_id(store.exercises()))
    return code_in_exercise(station.strip().upper(), scope.exercise_id or ""), fields


def _make_record(
    found: ForecastReply | ModelReply | VerificationReply, fields: Mapping[str, str | None]
) -> dict[str, Any]:
    return {**msgspec.structs.asdict(found), "station": plain_code(found.station), **fields}


def _print_forecast(found: ForecastReply) -> None:
    if found.forecast is None:
        print_text(_describe_missing_forecast(found.station, found.too_little_history))
        return
    forecast = found.forecast
    print_facts(_forecast_facts(forecast))
    print_text("")
    headers = [_("When"), _("Expected"), _("80 % interval")]
    rows = [
        [
            format_duration(point.lead_s),
            format_value(_STAGE, point.middle_m),
            f"{format_value(_STAGE, point.low_m)} … {format_value(_STAGE, point.high_m)}",
        ]
        for point in forecast.points[1:]
    ]
    print_table(headers, rows)


def _forecast_facts(forecast: StageForecast) -> list[tuple[str, str]]:
    errors = ", ".join(f"{format_duration(s.lead_s)} {format_value(_STAGE, s.rmse_m)}" for s in forecast.skills)
    return [
        (_("Station"), plain_code(forecast.station)),
        (_("Issued"), format_moment(forecast.issued_at)),
        (_("Stage then"), format_value(_STAGE, forecast.stage_m)),
        (_("Method"), describe_forecast_method(forecast.method)),
        (_("No data from"), ", ".join(map(plain_code, forecast.missing))),
        (_("Typical error"), errors),
        (_("Note"), _("above the highest measured level: less certain") if forecast.beyond_history else ""),
    ]


def _print_model(found: ModelReply) -> None:
    if found.model is None:
        print_text(_describe_missing_forecast(found.station, found.too_little_history))
        return
    print_facts(_model_facts(found.model))
    for fit in found.model.methods:
        print_text("")
        print_text(f"{describe_forecast_method(fit.method)}:")
        print_table(*_skill_table(fit))


def _model_facts(known: GaugeModel) -> list[tuple[str, str]]:
    above = ", ".join(f"{plain_code(gauge.station)} ({format_duration(gauge.lag_s)})" for gauge in known.inputs.above)
    span = f"{format_moment(known.from_at)} – {format_moment(known.to_at)}"
    rises = ngettext("{n} rise", "{n} rises", known.rises).format(n=known.rises)
    range_ = f"{format_value(_STAGE, known.lowest_m)} … {format_value(_STAGE, known.highest_m)}"
    return [
        (_("Station"), plain_code(known.inputs.station)),
        (_("Upstream gauges"), above),
        (_("Rain gauges"), ", ".join(map(plain_code, known.inputs.rain))),
        (_("Training period"), f"{span}, {rises}"),
        (_("Stages"), range_),
    ]


def _skill_table(fit: MethodFit) -> tuple[list[str], list[list[str]]]:
    headers = [_("Lead time"), _("Error"), _("Error of persistence"), _("Improvement")]
    rows = [
        [
            format_duration(skill.lead_s),
            format_value(_STAGE, skill.rmse_m),
            format_value(_STAGE, skill.persistence_rmse_m),
            f"{format_number(100 * skill.skill)} %",
        ]
        for skill in fit.reported_skills
    ]
    return headers, rows


def _describe_missing_forecast(station: str, too_little: TooLittleHistory | None) -> str:
    station = plain_code(station)
    if too_little is None:
        return _("There is no forecast of {station}.").format(station=station)
    message = _("Too little data of {station} for a forecast: {days} days, {rises} rises of the river.")
    return message.format(
        station=station, days=format_number(too_little.days, digits=1), rises=format_number(too_little.rises)
    )
