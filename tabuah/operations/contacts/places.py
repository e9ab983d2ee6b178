"""Names and codes of the places of contacts: kecamatan and nagari of the regency."""

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from tabuah.gis.area_codes import kemendagri_code
from tabuah.gis.place_names import name_key
from tabuah.gis.places import Kecamatan, Nagari


class PlaceNames(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The kecamatan and nagari by code; empty where no map is known, which leaves codes as they are."""

    kecamatan: Mapping[str, Kecamatan] = msgspec.field(default_factory=dict)
    nagari: Mapping[str, Nagari] = msgspec.field(default_factory=dict)

    @property
    def are_known(self) -> bool:
        return bool(self.kecamatan)

    def find_kecamatan(self, text: str) -> str:
        """Return the code of a kecamatan by its name or code; empty if there is none."""
        code = kemendagri_code(text)
        if code in self.kecamatan or (code and not self.are_known):
            return code
        wanted = _key(text)
        return next((each.code for each in self.kecamatan.values() if wanted and _key(each.name) == wanted), "")

    def find_nagari(self, text: str) -> tuple[str, ...]:
        """Return the codes of the nagari with a name or code, such as “Koto Laweh, Lembang Jaya”."""
        code = kemendagri_code(text)
        if code in self.nagari or (code and not self.are_known):
            return (code,)
        name, _comma, within = text.partition(",")
        named = self._nagari_by_key.get(_key(name), ()) if _key(name) else ()
        inside = _key(within)
        return tuple(each.code for each in named if not inside or _key(each.kecamatan_name) == inside)

    def kecamatan_label(self, code: str) -> str:
        """Return the name of a kecamatan; the code where it is not known."""
        known = self.kecamatan.get(code)
        return known.name if known is not None else code

    def nagari_label(self, code: str) -> str:
        """Return the name of a nagari, with its kecamatan where several have this name."""
        known = self.nagari.get(code)
        if known is None:
            return code
        is_unique = len(self._nagari_by_key[_key(known.name)]) == 1
        return known.name if is_unique else f"{known.name}, {known.kecamatan_name}"

    @cached_property
    def _nagari_by_key(self) -> Mapping[str, tuple[Nagari, ...]]:
        found: dict[str, tuple[Nagari, ...]] = {}
        for each in self.nagari.values():
            found[_key(each.name)] = (*found.get(_key(each.name), ()), each)
        return found


def place_names(kecamatan: Iterable[Kecamatan], nagari: Iterable[Nagari]) -> PlaceNames:
    """Return the places of a gazetteer by code."""
    return PlaceNames(kecamatan={each.code: each for each in kecamatan}, nagari={each.code: each for each in nagari})


def _key(name: str) -> str:
    return name_key(name).replace(" ", "")
