"""Text for the errors and remarks of the feed parsers."""

from typing import Final

from tabuah.operations.feeds.remarks import FeedRemark
from tabuah.resources.localisation import _

REMARKS: Final[dict[str, str]] = {
    "too_many_points": "it has {count} points",
    "too_few_corners": "it has fewer than three corners",
    "outside_indonesia": "{lat}, {lon} is outside Indonesia",
    "coordinates_swapped": "latitude and longitude look swapped",
    "not_a_circle": "it is not a centre and a radius",
    "polygon_omitted": "Polygon {number} of {area} is left out: {reason}",
    "polygon_closed": "Polygon {number} of {area} was not closed and has been closed",
    "circle_omitted": "A circle of {area} is left out: {reason}",
    "no_outline": "{area} has no usable outline; only its name is known",
    "not_cap": "This XML is not a CAP 1.2 warning.",
    "cap_unusable": "The CAP warning cannot be used: {reason}.",
    "cap_without_info": "The CAP warning has no usable information: {reason}.",
    "info_omitted": "Info {number} is left out: {reason}",
    "expires_before_effect": "It expires before it takes effect",
    "not_a_cap_value": "{field} is {text}, which is not a CAP value",
    "malformed_reference": "a reference is not sender,identifier,sent: {text}",
    "missing": "{field} is missing",
    "not_text": "{field} is not text",
    "text_too_long": "{field} has {length} characters",
    "not_a_number": "{field} is not a number: {text}",
    "out_of_bounds": "{field} is {number}, not between {lowest} and {highest}",
    "not_a_position": "{field} is not latitude,longitude: {text}",
    "latitude_beyond_90": "{field}: latitude {lat} is beyond 90; latitude and longitude look swapped",
    "not_on_earth": "{field}: {lat}, {lon} is no place on Earth",
    "not_a_time": "{field} is not a time: {text}",
    "no_time_zone": "{field} has no time zone",
    "outside_calendar": "{field} is outside the calendar",
    "too_long_ago": "{field} is {moment}, which is too long ago to be true",
    "in_the_future": "{field} is {moment}, which is in the future",
    "too_many_bytes": "The feed has {bytes} bytes; more than 10 MB is not read.",
    "compressed": "The feed is compressed (gzip). Unpack it first.",
    "not_utf8": "The feed is not UTF-8 text (byte {position}). Download it again without converting it.",
    "empty": "The feed is empty. Download it again.",
    "web_page": "The response is a web page instead of the feed. Check the address, or sign in to the network first.",
    "incomplete": "The feed is incomplete. Download it again.",
    "not_json": "The feed is not valid JSON (line {line}, column {column}). Download it again.",
    "nested_too_deeply": "The feed is nested too deeply or contains an invalid number; it is not read.",
    "too_many_tags": "The feed has more than {tags} XML tags; it is not read.",
    "forbidden_declarations": (
        "The XML declares a document type or entities, which no feed and no alert needs. It is not read."
    ),
    "not_xml": "The feed is not valid XML (line {line}, column {column}). Download it again.",
    "neither_json_nor_xml": "This is neither JSON nor XML. Use one of BMKG's earthquake or nowcast files.",
    "unknown_xml": "This XML is neither a CAP warning nor a nowcast list; its root is {name}.",
    "geojson": "This is GeoJSON. Map layers are read with: tabuah map import FILE.",
    "error_answer": "BMKG answered with an error instead of the feed: {answer}.",
    "not_earthquakes": 'This JSON is not a BMKG earthquake feed: "Infogempa" is missing.',
    "earthquakes_incomplete": 'The earthquake feed is incomplete: "gempa" is missing. Download it again.',
    "too_many_earthquakes": "The feed lists {count} earthquakes; BMKG publishes fifteen. It is not read.",
    "no_earthquakes": "The list is empty; BMKG normally publishes fifteen earthquakes.",
    "earthquakes_unusable": "None of the {count} earthquakes can be used. The first: {reason}.",
    "event_not_an_object": "the event is not an object",
    "coordinates_disagree": "Coordinates ({coordinates}) and Lintang/Bujur ({spoken}) disagree",
    "spoken_not_a_position": "Lintang/Bujur is not a position: {text}",
    "times_disagree": "DateTime and Tanggal/Jam disagree; DateTime is used",
    "not_a_nowcast_list": "This XML is not a BMKG nowcast list.",
    "nowcast_list_incomplete": 'The nowcast list is incomplete: "channel" is missing. Download it again.',
    "notices_unusable": "None of the {count} notices can be used. The first: {reason}.",
    "unknown_identifier": "The identifier {guid} is not BMKG's; the province is unknown",
    "foreign_link": "The link does not lead to BMKG over https and is ignored",
    "not_a_forecast": 'This JSON is not a BMKG forecast: "lokasi" is missing.',
    "forecast_incomplete": 'The forecast is incomplete: "cuaca" is missing. Download it again.',
    "too_many_steps": "The forecast has {count} steps; BMKG publishes about twenty.",
    "steps_unusable": "No step of the forecast can be used. The first: {reason}.",
    "forecast_unusable": "The forecast cannot be used: {reason}.",
    "step_not_an_object": "the step is not an object",
}


def describe_remark(remark: FeedRemark) -> str:
    """Return a remark in the current language."""
    values = {
        name: describe_remark(value) if isinstance(value, FeedRemark) else value
        for name, value in remark.values.items()
    }
    return _(REMARKS[remark.code]).format(**values)
