"""Build hook: compiles the translations, so that an installed program need not."""

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TranslationBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own generic has no use here
    """Writes the .mo files before the wheel is put together, and before an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling calls it by place
        """Hatchling: called before each build."""
        sys.path.insert(0, self.root)
        try:
            from tabuah.resources.translation_files import write_compiled_files  # noqa: PLC0415 - needs the path

            write_compiled_files()
        finally:
            sys.path.remove(self.root)
