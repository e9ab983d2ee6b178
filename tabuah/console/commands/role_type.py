"""The type of a role on the command line, in English or Indonesian."""

from typing import Any

import click

from tabuah.operations.errors import UnknownCode
from tabuah.operations.people.roles import Role, parse_role
from tabuah.resources.localisation import _
from tabuah.text.people.permissions import describe_roles


class RoleType(click.ParamType[Role]):
    """A role that a user may have; that of the server is not one."""

    name = "role"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Role:
        try:
            return parse_role(str(value))
        except UnknownCode:
            message = _("{code} is not on the list: {accepted}")
            self.fail(message.format(code=value, accepted=describe_roles()), param, ctx)
