"""The context in which the window checks stations: its stations, the accounts and the outline of the regency."""

from collections.abc import Mapping

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.stations.station_form_values import NAGARI
from tabuah.operations.people.authority import User
from tabuah.operations.stations.registration import RegistrationContext


def window_registration_context(
    context: WindowContext, users: Mapping[str, User] | None = None
) -> RegistrationContext:
    """Return the context; `users` are the accounts, None where they are not known."""
    gazetteer = context.places.gazetteer
    return RegistrationContext(
        stations=context.state.snapshot.stations,
        users=users or None,
        is_inside=lambda lon_deg, lat_deg: gazetteer is None or gazetteer.locate(lon_deg, lat_deg).inside_regency,
    )


def nagari_texts(context: WindowContext, lon_deg: float, lat_deg: float) -> dict[str, str]:
    """Return the form text of the probable nagari of a place; nothing where none is known."""
    nagari = context.places.place_at(lon_deg, lat_deg).nagari
    return {NAGARI: nagari} if nagari else {}
