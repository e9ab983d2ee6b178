"""Texts about the own second factor."""

from tabuah.resources.localisation import _


def describe_set_up() -> str:
    """Return what a second factor changes, for a user without one."""
    return _(
        "A log-in then needs your password and a code of an authenticator app on your phone. Without the server, the"
        " password alone opens this console."
    )


def describe_secret() -> str:
    """Return how the secret comes into the app."""
    return _(
        "Scan the picture with the app, or enter the secret below it. Then enter the code that the app shows. Nothing"
        " changes before that."
    )


def describe_present_factor() -> str:
    """Return what a user with a second factor can do."""
    return _(
        "Your log-in needs a code of the app. Other recovery codes make the earlier ones invalid. With a lost phone,"
        " use a recovery code; without one, another administrator resets the second factor."
    )


def describe_recovery_codes() -> str:
    """Return how recovery codes are used and kept."""
    return _(
        "Each code replaces the app once. They are shown only now: print them or write them down, and keep them away"
        " from this computer."
    )


def removed_text() -> str:
    return _("From now on you log in by the password alone.")


def confirmed_text() -> str:
    return _("From now on you log in with a code, too.")


def workers_without_factor() -> str:
    return _("Supervisors and administrators have a second factor.")
