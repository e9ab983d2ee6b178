"""Routes of river forecasts."""

import asyncio
from typing import Annotated, Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter

from tabuah.server.forecast.service import ForecastService
from tabuah.server.people.access import AccessControl, guarded_by
from tabuah.server.readings.routes import MAY_READ, parse_moment
from tabuah.storage.journal.protocol import ForecastReply, ModelReply, VerificationReply

Code = Annotated[str, PathParameter(max_length=40)]
_WHEN: Final = "RFC 3339 with a zone"


def forecast_routes(service: ForecastService, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/forecasts/{station}`: newest forecast, model and verification."""
    may_read = guarded_by(lambda connection: access.user_with(connection, MAY_READ))

    @get("/v1/forecasts/{station:str}", tags=["forecasts"], guards=may_read, sync_to_thread=False)
    def newest(station: Code) -> ForecastReply:
        """The newest forecast of a gauge with its errors, or why there is none."""
        return service.newest(station)

    @get("/v1/forecasts/{station:str}/model", tags=["forecasts"], guards=may_read, sync_to_thread=False)
    def model(station: Code) -> ModelReply:
        """The forecast model of a gauge: inputs, history, weights, limits, spreads and errors."""
        return service.model(station)

    @get("/v1/forecasts/{station:str}/verification", tags=["forecasts"], guards=may_read)
    async def verification(
        station: Code,
        since: Annotated[str, QueryParameter(name="from", max_length=60, description=_WHEN)],
        until: Annotated[str, QueryParameter(name="to", max_length=60, description=_WHEN)],
    ) -> VerificationReply:
        """Hits, misses and false alarms of the forecasts issued between two moments, for each level of the gauge."""
        asked = {"from": since, "to": until}
        span = parse_moment(asked, "from"), parse_moment(asked, "to")
        return await asyncio.to_thread(service.verification, station, *span)

    return [newest, model, verification]
