"""The table of security events in the documents has every event of the code, with its fields."""

import ast
import re
from pathlib import Path

FIELDS = {"code", "user", "device", "address"}


def recorded_events(project: Path) -> dict[str, set[str]]:
    """Return each event that the code records, with its fields."""
    found: dict[str, set[str]] = {}
    texts = (path.read_text("utf-8") for path in (project / "tabuah").rglob("*.py"))
    for text in (text for text in texts if "security_log" in text or "SecurityLog" in text):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                names = [n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)] if node.args else []
                fields = {str(keyword.arg) for keyword in node.keywords}
                if fields <= FIELDS:
                    for name in (name for name in names if isinstance(name, str)):
                        found.setdefault(name, set()).update(fields)
    return found


def documented_events(project: Path) -> dict[str, set[str]]:
    text = (project / "docs" / "commands.md").read_text("utf-8")
    section = text.partition("### tabuah server log security")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]*)\|", section, flags=re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", fields)) for name, fields in rows}


def test_security_events_are_documented_with_their_fields(project: Path):
    recorded = recorded_events(project)
    assert {"log_in", "device_retired", "authority_replaced", "refused"} <= recorded.keys()
    assert documented_events(project) == recorded
