"""What else happens during the storm: the reports that a field office wrote while it had no network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.bodies import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that was done `ago_min` minutes before now; only what is given."""

    ago_min: float
    status: Status | None = None
    assignment: tuple[str, ...] = ()
    note: str = ""
    figures: Figures | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One incident: where (Kemendagri code of the nagari, and metres from its point), what, and what followed."""

    nagari: str
    east_m: float = 0.0
    north_m: float = 0.0
    ago_min: float
    hazard: Hazard
    severity: Severity
    channel: Channel
    title: str
    text: str
    steps: tuple[Step, ...] = field(default_factory=tuple)


def _steps(*steps: Step) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: -step.ago_min))


def _forward(*moves: tuple[float, Status]) -> Iterator[Step]:
    return (Step(ago_min=ago_min, status=status) for ago_min, status in moves)


STORIES: Final = (
    Story(
        nagari="13.02.06.2005", east_m=350, north_m=-250, ago_min=52,
        hazard=Hazard.FLASH_FLOOD, severity=Severity.SEVERE, channel=Channel.RADIO,
        title="Galodo di Batang Aia Koto Anau, jembatan gantung putus",
        text="Air keruh bercampur kayu meluap ke jorong di tepi sungai. Warga mengungsi ke masjid.",
        steps=_steps(
            *_forward((49, Status.VERIFIED), (45, Status.ASSIGNED), (41, Status.EN_ROUTE), (22, Status.ON_SCENE)),
            Step(ago_min=46, assignment=("TRC BPBD 1", "Tagana")),
            Step(ago_min=20, note="Evakuasi 11 KK ke Masjid Raya; perlu tikar, selimut, dan makanan siap saji."),
            Step(
                ago_min=18, source="Wali nagari",
                figures=Figures(displaced_people=42, displaced_households=11, houses_minor=6, public_facilities=1),
            ),
        ),
    ),
    Story(
        nagari="13.02.06.2002", east_m=-500, north_m=300, ago_min=64,
        hazard=Hazard.LANDSLIDE, severity=Severity.SEVERE, channel=Channel.PHONE,
        title="Longsor menutup jalan Batu Bajanjang, satu orang belum ditemukan",
        text="Material setinggi 2 meter sepanjang 30 meter. Seorang pengendara diduga tertimbun.",
        steps=_steps(
            *_forward((61, Status.VERIFIED), (55, Status.ASSIGNED), (50, Status.EN_ROUTE), (28, Status.ON_SCENE)),
            Step(ago_min=56, assignment=("Basarnas", "Alat berat PUPR")),
            Step(ago_min=27, source="Basarnas", figures=Figures(missing=1, injured_minor=2)),
            Step(ago_min=12, note="Tanah masih bergerak, pencarian dihentikan sementara selama hujan."),
        ),
    ),
    Story(
        nagari="13.02.08.2001", east_m=200, north_m=200, ago_min=33,
        hazard=Hazard.FLOOD, severity=Severity.MODERATE, channel=Channel.WHATSAPP,
        title="Genangan 60 cm di Muaro Paneh",
        text="Air Batang Lembang masuk ke rumah warga di dua jorong.",
        steps=_steps(
            *_forward((30, Status.VERIFIED), (24, Status.ASSIGNED), (19, Status.EN_ROUTE)),
            Step(ago_min=25, assignment=("TRC BPBD 2",)),
            Step(ago_min=10, source="Camat Bukit Sundi", figures=Figures(displaced_people=18, houses_minor=14)),
        ),
    ),
    Story(
        nagari="13.02.06.2003", east_m=600, north_m=-400, ago_min=16,
        hazard=Hazard.MISSING_PERSON, severity=Severity.MODERATE, channel=Channel.FIELD,
        title="Dua petani belum kembali dari ladang",
        text="Terakhir terlihat pukul 13.00 di sisi timur nagari; sungai di jalan pulang sedang meluap.",
        steps=_steps(*_forward((11, Status.VERIFIED))),
    ),
    Story(
        nagari="13.02.08.2005", east_m=-300, north_m=250, ago_min=21,
        hazard=Hazard.LANDSLIDE, severity=Severity.MODERATE, channel=Channel.WHATSAPP,
        title="Tebing longsor di Dilam, satu rumah terancam",
        text="Retakan di atas rumah sepanjang 15 meter. Penghuni sudah diminta pindah.",
        steps=_steps(*_forward((15, Status.VERIFIED), (8, Status.ASSIGNED)), Step(ago_min=9, assignment=("KSB",))),
    ),
    Story(
        nagari="13.02.10.2005", east_m=0, north_m=-350, ago_min=13,
        hazard=Hazard.FLOOD, severity=Severity.MODERATE, channel=Channel.PHONE,
        title="Sawah dan jalan terendam di Gantuang Ciri",
        text="Air naik cepat sejak setengah jam; jalan masih dapat dilalui truk.",
    ),
    Story(
        nagari="13.02.07.2001", east_m=450, north_m=100, ago_min=41,
        hazard=Hazard.ACCIDENT, severity=Severity.MINOR, channel=Channel.PHONE,
        title="Truk sayur terperosok, jalan satu lajur",
        text="Tidak ada korban. Dishub mengatur lalu lintas.",
        steps=_steps(
            *_forward((38, Status.VERIFIED), (34, Status.ASSIGNED), (30, Status.EN_ROUTE), (17, Status.ON_SCENE)),
            Step(ago_min=35, assignment=("Dishub",)),
        ),
    ),
    Story(
        nagari="13.02.10.2002", east_m=-250, north_m=-150, ago_min=9,
        hazard=Hazard.PUBLIC_SERVICE, severity=Severity.MINOR, channel=Channel.WHATSAPP,
        title="Listrik padam di Selayo",
        text="Gardu terendam, PLN sudah dihubungi.",
    ),
    Story(
        nagari="13.02.07.2005", east_m=-200, north_m=0, ago_min=83,
        hazard=Hazard.EXTREME_WEATHER, severity=Severity.MINOR, channel=Channel.PHONE,
        title="Pohon tumbang menimpa atap rumah",
        text="Satu rumah rusak ringan, penghuni selamat.",
        steps=_steps(
            *_forward((80, Status.VERIFIED), (76, Status.ASSIGNED), (55, Status.ON_SCENE), (26, Status.CONTAINED)),
            Step(ago_min=77, assignment=("Damkar Talang",)),
            Step(ago_min=27, source="Damkar", figures=Figures(deaths=0, houses_minor=1)),
        ),
    ),
)  # fmt: skip
