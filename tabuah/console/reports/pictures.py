"""The pictures of a document as bytes, with what must be said about them; drawn elsewhere, since that needs Qt."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photo by the name of its file in the document."""

    file: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The map and photos of a report. `files` holds their bytes by name; `map_missing` says why there is no map."""

    files: dict[str, bytes] = field(default_factory=dict)
    map_file: str = ""
    map_notes: tuple[str, ...] = ()
    map_sources: tuple[str, ...] = ()
    map_missing: str = ""
    photos: tuple[Photo, ...] = ()
