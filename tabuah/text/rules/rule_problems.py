"""Text for the problems of rules, from validation and from the rule form."""

from typing import Final

from tabuah.operations.rules.validation import RuleProblem
from tabuah.resources.localisation import _
from tabuah.text.readings.measurements import format_value, parameter_name

PROBLEMS: Final[dict[str, str]] = {
    "name_length": "A rule needs a name of at most {n} characters.",
    "no_source": "Enter the source of the number.",
    "no_parameter": "Choose a parameter.",
    "varies_by_place": "{what} varies from place to place: compare sums over hours instead.",
    "no_station": "Name at least one station.",
    "no_radius": "Say within how many kilometres.",
    "not_upstream": "Only water levels are measured upstream.",
    "not_a_sum": "{what} does not add up over time: only amounts such as rain do.",
    "not_measurable": "No station can measure this: they measure from {low} to {high}.",
    "unknown_station": "There is no station {code}.",
    "no_earthquake_limit": "Enter a magnitude, a distance or an intensity; otherwise the rule never raises an alarm.",
    "normal_level": "Level I is normal: choose a higher level.",
    "no_condition": "Choose the condition of the alarm.",
    "required": "This field is required.",
    "not_a_number": "Write a number, such as {example}.",
    "outside_range": "A number from {low} to {high}.",
}


def describe_rule_problem(problem: RuleProblem) -> str:
    """Return the sentence of a problem; the message of the decoder if the types do not accept the rule."""
    values = dict(problem.values)
    if problem.code == "invalid":
        return str(values["error"])
    if "parameter" in values:
        parameter = str(values.pop("parameter"))
        values = {name: format_value(parameter, float(value)) for name, value in values.items()}
        values["what"] = parameter_name(parameter)
    return _(PROBLEMS[problem.code]).format(**values)
