"""Problems of the names of new users, in words."""

from typing import Final

from tabuah.operations.people.user_names import UserNameProblem
from tabuah.resources.localisation import _

_WORDS: Final = {
    UserNameProblem.INVISIBLE: "A user's name cannot contain invisible characters, such as a zero-width space.",
    UserNameProblem.RESERVED: "This name is reserved for entries of the server itself. Choose another one.",
    UserNameProblem.SIMILAR: "A user's name differs from this one only in case or width. Choose another one.",
}


def describe_name_problem(problem: UserNameProblem) -> str:
    return _(_WORDS[problem])
