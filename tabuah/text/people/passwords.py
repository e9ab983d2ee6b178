"""Texts about passwords."""

from tabuah.operations.people.password_rules import MIN_LENGTH, PasswordFault, find_password_fault
from tabuah.resources.localisation import _
from tabuah.resources.password_dictionary import common_words


def describe_password_fault(fault: PasswordFault) -> str:
    """Return why a password cannot be chosen, and which one can."""
    if fault is PasswordFault.TOO_SHORT:
        return _("A password needs at least {n} characters.").format(n=MIN_LENGTH)
    return _("This password is guessed first. Choose several words that do not belong together.")


def find_new_password_fault(password: str, *, user: str) -> str:
    """Return why a user cannot choose a password, in words; empty if it can be chosen."""
    fault = find_password_fault(password, user=user, words=common_words())
    return describe_password_fault(fault) if fault is not None else ""
