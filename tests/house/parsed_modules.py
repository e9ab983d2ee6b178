"""The project's modules, each parsed once for all tests that look into code."""

import ast
from functools import cache
from pathlib import Path


@cache
def parsed_modules(project: Path, folder: str) -> dict[str, ast.Module]:
    """The modules below a folder of the clone, by their path in it."""
    paths = sorted((project / folder).rglob("*.py"))
    return {str(path.relative_to(project)): ast.parse(path.read_text("utf-8")) for path in paths}
