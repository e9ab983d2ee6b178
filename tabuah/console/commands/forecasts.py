"""`tabuah forecast`: what the server expects of a river, what that rests on, and how such forecasts have done."""

from datetime import datetime
from math import isnan

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_facts, print_table, say
from tabuah.console.commands.parameters import Moment
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.console.forecast_words import tell_method
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.forecast.model import GaugeModel, MethodFit, TooLittleHistory
from tabuah.operations.rules.telling import tell_duration, tell_river_level
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_moment, format_number
from tabuah.storage.journal.protocol import ForecastReply, ModelReply, VerificationReply
from tabuah.storage.sync.session import ConsoleSession

_STAGE = "stage_m"

forecast_group = TabuahGroup("forecast", help=N_("See forecasts of rivers, and how good they are."))


@forecast_group.command("show", help=N_("Show the newest forecast of a gauge with its usual error."))
@click.argument("station", metavar="STATION")
@click.pass_obj
def show(call: Invocation, *, station: str) -> None:
    """Show a forecast."""
    with call.open_store() as store, ConsoleSession(store).client as client:
        found = client.call("GET", f"/v1/forecasts/{station}", ForecastReply)
    call.show(found, lambda: _print_forecast(found))


@forecast_group.command("model", help=N_("Show what the forecasts of a gauge rest on and how they did in the test."))
@click.argument("station", metavar="STATION")
@click.pass_obj
def model(call: Invocation, *, station: str) -> None:
    """Show a model."""
    with call.open_store() as store, ConsoleSession(store).client as client:
        found = client.call("GET", f"/v1/forecasts/{station}/model", ModelReply)
    call.show(found, lambda: _print_model(found))


@forecast_group.command("verify", help=N_("Hold the forecasts of a time against what came."))
@click.argument("station", metavar="STATION")
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (WIB)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (WIB)."))
@click.pass_obj
def verify(call: Invocation, *, station: str, since: datetime, until: datetime) -> None:
    """Verify forecasts."""
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    span = {"from": since.isoformat(), "to": until.isoformat()}
    with call.open_store() as store, ConsoleSession(store).client as client:
        found = client.call("GET", f"/v1/forecasts/{station}/verification", VerificationReply, params=span)
    headers = [_("Level"), _("Forecasts"), _("Hits"), _("Misses"), _("False alarms"), _("Mean lead")]
    rows = [
        [
            tell_river_level(each.level),
            str(each.result.forecasts),
            str(each.result.hits),
            str(each.result.misses),
            str(each.result.false_alarms),
            "-" if isnan(each.result.mean_lead_s) else tell_duration(60 * round(each.result.mean_lead_s / 60)),
        ]
        for each in found.levels
    ]
    call.show_table(found, headers, rows, empty=_("This station has no levels to forecast."))


def _print_forecast(found: ForecastReply) -> None:
    if found.forecast is None:
        say(_why_none(found.station, found.too_little_history))
        return
    forecast = found.forecast
    print_facts(_facts(forecast))
    say("")
    headers = [_("When"), _("Expected"), _("8 in 10 between")]
    rows = [
        [
            tell_duration(point.lead_s),
            format_value(_STAGE, point.middle_m),
            f"{format_value(_STAGE, point.low_m)} … {format_value(_STAGE, point.high_m)}",
        ]
        for point in forecast.points[1:]
    ]
    print_table(headers, rows)


def _facts(forecast: StageForecast) -> list[tuple[str, str]]:
    errors = ", ".join(f"{tell_duration(s.lead_s)} {format_value(_STAGE, s.rmse_m)}" for s in forecast.skills)
    return [
        (_("Station"), forecast.station),
        (_("Issued"), format_moment(forecast.issued_at)),
        (_("Stage then"), format_value(_STAGE, forecast.stage_m)),
        (_("Made"), tell_method(forecast.method)),
        (_("Silent"), ", ".join(forecast.missing)),
        (_("Usual error"), errors),
        (_("Note"), _("higher than ever measured: less certain") if forecast.beyond_history else ""),
    ]


def _print_model(found: ModelReply) -> None:
    if found.model is None:
        say(_why_none(found.station, found.too_little_history))
        return
    print_facts(_model_facts(found.model))
    for fit in found.model.methods:
        say("")
        say(f"{tell_method(fit.method)}:")
        print_table(*_skill_table(fit))


def _model_facts(known: GaugeModel) -> list[tuple[str, str]]:
    above = ", ".join(f"{gauge.station} ({tell_duration(gauge.lag_s)})" for gauge in known.inputs.above)
    span = f"{format_moment(known.from_at)} – {format_moment(known.to_at)}"
    rises = ngettext("{n} rise", "{n} rises", known.rises).format(n=known.rises)
    range_ = f"{format_value(_STAGE, known.lowest_m)} … {format_value(_STAGE, known.highest_m)}"
    return [
        (_("Station"), known.inputs.station),
        (_("Gauges above"), above),
        (_("Rain gauges"), ", ".join(known.inputs.rain)),
        (_("Learnt from"), f"{span}, {rises}"),
        (_("Stages"), range_),
    ]


def _skill_table(fit: MethodFit) -> tuple[list[str], list[list[str]]]:
    headers = [_("Ahead"), _("Error"), _("If it stayed"), _("Better by")]
    rows = [
        [
            tell_duration(skill.lead_s),
            format_value(_STAGE, skill.rmse_m),
            format_value(_STAGE, skill.persistence_rmse_m),
            f"{format_number(100 * skill.skill)} %",
        ]
        for skill in fit.told
    ]
    return headers, rows


def _why_none(station: str, too_little: TooLittleHistory | None) -> str:
    if too_little is None:
        return _("There is no forecast of {station}.").format(station=station)
    told = _("Too little is known of {station} to forecast it: {days} days, {rises} rises of the river.")
    return told.format(
        station=station, days=format_number(too_little.days, digits=1), rises=format_number(too_little.rises)
    )
