"""The context in which the window checks stations: its stations, the accounts and the outline of the regency."""

from collections.abc import Mapping

from tabuah.console.window.shared.window_context import WindowContext
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
