"""Texts about passwords."""

from tabuah.operations.people.password_rules import MIN_LENGTH, PasswordFault
from tabuah.resources.localisation import _


def describe_password_fault(fault: PasswordFault) -> str:
    """Return why a password cannot be chosen, and which one can."""
    if fault is PasswordFault.TOO_SHORT:
        return _("A password needs at least {n} characters.").format(n=MIN_LENGTH)
    return _("This password is guessed first. Choose several words that do not belong together.")
