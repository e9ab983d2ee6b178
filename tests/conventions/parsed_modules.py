"""The project's modules, parsed once for all tests that read code."""

import ast
from functools import cache
from pathlib import Path


@cache
def parsed_modules(project: Path, folder: str) -> dict[str, ast.Module]:
    """Return the modules below a folder of the clone, by path."""
    paths = sorted((project / folder).rglob("*.py"))
    return {str(path.relative_to(project)): ast.parse(path.read_text("utf-8")) for path in paths}
