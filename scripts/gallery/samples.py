"""Sample values of an evening in Kabupaten Solok, in Indonesian."""

from datetime import UTC, datetime

import numpy as np
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem
from tabuah.widgets.charts.series import ChartContent, ForecastSeries, LevelBand, Series
from tabuah.widgets.controls.filtered_list_dialog import ChosenItem
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.incidents.report_draft import ReportDraft
from tabuah.widgets.incidents.values import (
    BoardGroup,
    ConflictCase,
    ConflictSide,
    FigureTile,
    IncidentCard,
    IncidentDetails,
    IncidentStep,
    TimelineItem,
)
from tabuah.widgets.messages.answer_card import AnswerSentence, AnswerStatus, AnswerView
from tabuah.widgets.messages.values import MessageAct, MessageFilters
from tabuah.widgets.values import (
    ActionState,
    AttachmentItem,
    Choice,
    FactItem,
    Level,
    PlaceSuggestion,
    StatusItem,
    StatusSummary,
    SyncBadgeState,
)

NOW = datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC)

SYNCED = SyncBadgeState(
    level=Level.NORMAL,
    text="Tersinkron · 0 menunggu",
    details=("Semua catatan sudah ada di server.", "Terakhir 14.30.02 WIB · titik periksa 48.212"),
)
WAITING = SyncBadgeState(
    level=Level.ATTENTION,
    text="Luring sejak 13.05 · 7 menunggu",
    details=("7 catatan dan 2 foto aman di laptop ini.", "Akan dikirim sendiri begitu jaringan kembali."),
)

ALARMS = AlarmBanner(
    alarms=(
        AlarmItem(
            id="a1",
            level=Level.CRITICAL,
            word="Kritis",
            title="Tinggi muka air Batang Lembang 3,42 m · Siaga 1",
            details=("naik 0,38 m/jam", "sejak 14.21", "AWLR Koto Baru", "data 40 dtk lalu"),
        ),
        AlarmItem(id="a2", level=Level.HIGH, word="Tinggi", title="Hujan 3 jam 92 mm · Danau Kembar"),
        AlarmItem(id="a3", level=Level.ATTENTION, word="Perhatian", title="Tanpa data 45 mnt · ARR Sirukam"),
    )
)

GROUPS = (
    BoardGroup(code="new", label="Baru"),
    BoardGroup(code="assigned", label="Ditugaskan"),
    BoardGroup(code="on_scene", label="Di lokasi"),
)


def _card(number: str, title: str, place: str, group: str, level: Level, letter: str, **rest: object) -> IncidentCard:
    words = {
        Level.CRITICAL: "Katastropik",
        Level.HIGH: "Berat",
        Level.ATTENTION: "Sedang",
        Level.INFORMATION: "Ringan",
    }
    status = next(g.label for g in GROUPS if g.code == group)
    return IncidentCard(
        id=number,
        number=number,
        title=title,
        place=place,
        group=group,
        status=status,
        level=level,
        severity=words[level],
        letter=letter,
        **rest,  # type: ignore[arg-type]
    )


CARDS = (
    _card(
        "SLK-7K3-0012", "Banjir", "Nagari Koto Baru, Kubung", "new", Level.CRITICAL, "B",
        age="12 mnt", age_s=720, note="Diverifikasi · 112", conflict=True,
    ),
    _card(
        "SLK-7K3-0013", "Tanah longsor", "Nagari Alahan Panjang, Lembah Gumanti", "new", Level.HIGH, "L",
        age="4 mnt", age_s=240, note="Laporan masuk · WhatsApp", pending=True,
    ),
    _card(
        "SLK-2MQ-0107", "Jalan tertutup material", "Nagari Batang Barus, Gunung Talang", "assigned", Level.HIGH, "L",
        age="38 mnt", age_s=2280, note="PUPR · Alat berat 1",
    ),
    _card(
        "SLK-7K3-0009", "Kebakaran rumah", "Nagari Muara Panas, Bukit Sundi", "assigned", Level.ATTENTION, "K",
        age="16 mnt", age_s=960, note="Damkar · 16 dari 15 mnt", overdue=True,
    ),
    _card(
        "SLK-9XA-0031", "Pohon tumbang", "Nagari Saniangbaka, X Koto Singkarak", "assigned", Level.INFORMATION, "C",
        age="52 mnt", age_s=3120, note="Satpol PP",
    ),
    _card(
        "SLK-2MQ-0105", "Orang hilang", "Hutan Sirukam, Payung Sekaki", "on_scene", Level.HIGH, "H",
        age="1 jam", age_s=3600, note="Basarnas · TRC-2 · hari ke-2",
    ),
    _card(
        "SLK-7K3-0007", "Air bersih terputus", "Nagari Surian, Pantai Cermin", "on_scene", Level.INFORMATION, "P",
        age="3 jam", age_s=10_800, note="PDAM",
    ),
)  # fmt: skip


def picture(top: str, bottom: str) -> QImage:
    """Return a placeholder for a photo."""
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    sky = QLinearGradient(0, 0, 0, 240)
    sky.setColorAt(0, QColor(top))
    sky.setColorAt(0.55, QColor(bottom))
    sky.setColorAt(0.56, QColor("#5b5140"))
    sky.setColorAt(1, QColor("#8a7a5c"))
    painter = QPainter(image)
    try:
        painter.fillRect(image.rect(), sky)
    finally:
        painter.end()
    return image


STEPS = (
    IncidentStep(label="Dilaporkan", at="14.18 WIB"),
    IncidentStep(label="Diverifikasi", at="14.22 WIB"),
    IncidentStep(label="Ditugaskan", at="14.27 WIB"),
    IncidentStep(label="Menuju lokasi"),
    IncidentStep(label="Di lokasi"),
    IncidentStep(label="Tertangani"),
    IncidentStep(label="Ditutup"),
)

TIMELINE = (
    TimelineItem(title="86 jiwa / 24 KK ke SDN 08", meta="14.29 WIB · Wali Nagari Koto Baru lewat telepon"),
    TimelineItem(title="Ditugaskan ke TRC-1", meta="14.27 WIB · Petugas 1 · Pusdalops"),
    TimelineItem(
        title="“Air masuk rumah di Jorong Simpang, sepinggang” — foto 2",
        meta="14.24 WIB · Petugas posko Kubung · luring",
        pending=True,
    ),
    TimelineItem(
        title="TMA melewati Siaga 1 (3,20 m)",
        meta="14.21 WIB · aturan TMA-Lembang-3 · semua konsol",
        level=Level.CRITICAL,
    ),
)
FACTS = (
    FactItem(label="Regu", value="TRC-1 menuju lokasi, tiba ± 6 mnt · DMK-2 siap"),
    FactItem(label="Terdampak", value="3 jorong · ± 1.240 jiwa · SDN 08, Puskesmas"),
    FactItem(label="Tenggat", value="tiba di lokasi 14.48 (18 mnt lagi)", level=Level.ATTENTION),
)
FIGURES = (
    FigureTile(value="0", label="meninggal", source="Wali nagari, 14.29 WIB"),
    FigureTile(value="0", label="hilang"),
    FigureTile(value="3", label="luka ringan"),
    FigureTile(value="86", label="mengungsi", change="+24", source="Wali nagari, 14.29 WIB"),
)
ACTIONS = (
    ActionState(code="note", label="Catat", key="C"),
    ActionState(code="move", label="Status", key="S"),
    ActionState(code="edit", label="Ubah", key="E"),
    ActionState(code="photo", label="Foto", key="F"),
    ActionState(code="report", label="Laporan", key="R"),
)
MOVES = (
    ActionState(code="en_route", label="Menuju lokasi"),
    ActionState(code="on_scene", label="Di lokasi"),
    ActionState(code="closed", label="Ditutup", reason="hanya supervisor"),
)


def details() -> IncidentDetails:
    """Return the incident of the evening's flood."""
    return IncidentDetails(
        id="SLK-7K3-0012",
        number="SLK-7K3-0012",
        title="Banjir, Nagari Koto Baru",
        place="Kecamatan Kubung",
        certainty="perkiraan",
        origin="dilaporkan 14.18 WIB lewat 112 · dari alarm AWLR Koto Baru",
        level=Level.CRITICAL,
        severity="Katastropik",
        steps=STEPS,
        step=2,
        facts=FACTS,
        figures=FIGURES,
        conflicts=("Keparahan: Katastropik (Petugas 1, 14.25 WIB) atau Berat (Posko Kubung, 14.24 WIB)",),
        timeline=TIMELINE,
        attachments=(
            AttachmentItem(id="f1", name="IMG_2041.jpg", picture=picture("#7f93a3", "#c3cdd2")),
            AttachmentItem(id="f2", name="IMG_2042.jpg", picture=picture("#5d6d78", "#99a7ad")),
            AttachmentItem(id="f3", name="sketsa-genangan.pdf", note="1,2 MB · belum diunduh", waits="↓ 40 %"),
        ),
        actions=ACTIONS,
        moves=MOVES,
        reports=(
            ActionState(code="awal", label="Laporan awal"),
            ActionState(code="perkembangan", label="Laporan perkembangan"),
        ),
    )


def chart() -> ChartContent:
    """Return a day of the gauge at Koto Baru: rain upstream in the afternoon, then the river rises."""
    now = NOW.timestamp()
    times = np.arange(now - 20 * 3600, now, 600.0)
    hours = (times - times[0]) / 3600
    stage = 1.05 + 0.18 * np.sin(hours / 3.2) + 2.25 / (1 + np.exp(-(hours - 17.4) * 1.15))
    stage[(hours > 6.2) & (hours < 7.1)] = np.nan
    rain_times = np.arange(now - 20 * 3600, now, 1800.0)
    rain_hours = (rain_times - rain_times[0]) / 3600
    rain = 11.5 * np.exp(-(((rain_hours - 14.2) / 2.6) ** 2)) + 0.8 * np.clip(np.sin(rain_hours * 2.1), 0, 1)
    ahead = np.arange(now, now + 6 * 3600, 900.0)
    lead = (ahead - now) / 3600
    middle = stage[-1] + 0.42 * np.sin(lead / 6 * 2.6)
    return ChartContent(
        title="AWLR Koto Baru · tinggi muka air dan hujan hulu",
        note="24 jam · ramalan 6 jam: Siaga 1 bertahan s.d. 19.00 (± 0,4 m)",
        unit="m",
        values=Series(times_s=times, values=stage),
        rain=Series(times_s=rain_times, values=np.where(rain < 0.2, 0, rain), interval_s=1800),
        rain_name="hujan",
        bands=(
            LevelBand(label="Siaga 1", level=Level.CRITICAL, low=3.2),
            LevelBand(label="Siaga 2", level=Level.HIGH, low=2.6, high=3.2),
            LevelBand(label="Siaga 3", level=Level.ATTENTION, low=2.0, high=2.6),
        ),
        forecast=ForecastSeries(times_s=ahead, middle=middle, low=middle - 0.07 * lead, high=middle + 0.07 * lead),
        now_s=now,
        from_s=now - 20 * 3600,
        to_s=now + 6 * 3600,
    )


STATUS = StatusSummary(
    services=(
        StatusItem(text="Server pusat 12 md", level=Level.NORMAL),
        StatusItem(text="MQTT 74 stasiun · 148 bacaan/mnt", level=Level.NORMAL),
        StatusItem(text="BMKG gempa 14.29 · cuaca 14.25", level=Level.NORMAL),
        StatusItem(text="MAGMA: Talang Level I (diisi 08.00, Petugas 1)", level=Level.INFORMATION),
        StatusItem(text="3 stasiun tanpa data", level=Level.ATTENTION),
    ),
    trust=(StatusItem(text="Jejak audit: titik periksa 48.212 ✓"), StatusItem(text="v0.1")),
)

HAZARDS = tuple(
    Choice(code=code, label=label, key=key)
    for code, label, key in (
        ("flood", "Banjir", "B"),
        ("flash_flood", "Banjir bandang", "G"),
        ("landslide", "Tanah longsor", "L"),
        ("earthquake", "Gempa bumi", "E"),
        ("fire", "Kebakaran", "K"),
        ("wildfire", "Karhutla", "H"),
        ("extreme_weather", "Cuaca ekstrem", "C"),
        ("accident", "Kecelakaan", "A"),
        ("missing_person", "Orang hilang", "O"),
        ("public_service", "Layanan publik", "P"),
        ("other", "Lain", "X"),
    )
)
SEVERITIES = (
    Choice(code="minor", label="Ringan", level=Level.INFORMATION),
    Choice(code="moderate", label="Sedang", level=Level.ATTENTION),
    Choice(code="severe", label="Berat", level=Level.HIGH),
    Choice(code="catastrophic", label="Katastropik", level=Level.CRITICAL),
)
CHANNELS = tuple(
    Choice(code=code, label=label)
    for code, label in (
        ("phone", "Telepon 112"), ("whatsapp", "WhatsApp"), ("radio", "Radio"), ("walk_in", "Datang langsung"),
    )
)  # fmt: skip
CALL_CLASSES = (
    Choice(code="ghost", label="Kosong", hint="Panggilan kosong"),
    Choice(code="prank", label="Iseng", hint="Panggilan iseng"),
    Choice(code="information", label="Informasi", hint="Panggilan informasi"),
)
PLACES = (
    PlaceSuggestion(id="n1", name="Koto Baru", detail="Nagari · Kubung", lon_deg=100.65, lat_deg=-0.84),
    PlaceSuggestion(id="n2", name="Koto Hilalang", detail="Nagari · Kubung", lon_deg=100.63, lat_deg=-0.87),
    PlaceSuggestion(
        id="n3", name="Koto Gadang Guguak", detail="Nagari · Gunung Talang", lon_deg=100.6, lat_deg=-0.93
    ),
)
DRAFT = ReportDraft(hazard="flood", severity="severe", channel="phone", place=PLACES[0], title="")
CONFLICT = ConflictCase(
    id="c1",
    incident="SLK-7K3-0012 Banjir, Nagari Koto Baru",
    field="Keparahan",
    base=ConflictSide(value="Sedang", author="Petugas 1", device="Pusdalops-1", at="14.18 WIB"),
    current=ConflictSide(value="Katastropik", author="Petugas 1", device="Pusdalops-1", at="14.25 WIB"),
    proposed=ConflictSide(value="Berat", author="Petugas posko Kubung", device="Laptop-Kubung", at="14.24 WIB"),
)

MESSAGE_FILTERS = MessageFilters(
    states=(
        ("waiting", "Menunggu"),
        ("linked", "Terkait"),
        ("closed", "Ditutup"),
        ("answered", "Dijawab"),
        ("all", "Semua"),
    ),
    channels=(("all", "Semua saluran"), ("whatsapp", "WhatsApp"), ("telegram", "Telegram"), ("email", "Surel")),
)
MESSAGE_LINES = (
    LevelLine(
        id="failed",
        level=Level.HIGH,
        text="Air naik di pasar Koto Baru, jalan sudah tergenang setinggi lutut",
        about="WhatsApp · Yanti · 0812 0000 0001",
        at="17 mnt · 14.13",
        author="menunggu · jawaban tidak terkirim",
    ),
    LevelLine(
        id="late",
        level=Level.ATTENTION,
        text="Longsor kecil di belakang sekolah, belum ada korban",
        about="Telegram · Siti",
        at="7 mnt · 14.23",
        author="menunggu",
    ),
    LevelLine(
        id="new",
        level=Level.INFORMATION,
        text="Apakah jembatan Talang sudah bisa dilewati?",
        about="Surel · posko.talang@contoh.example",
        at="1 mnt · 14.29",
        author="menunggu",
    ),
    LevelLine(
        id="answered",
        level=Level.NORMAL,
        text="Pohon tumbang menutup jalan ke Aie Dingin",
        about="WhatsApp · Rahmat · 0813 0000 0002",
        at="13.52",
        author="SLK-7K3-0012 · dijawab",
    ),
)
MESSAGE = ChosenItem(
    title="WhatsApp · 24 Nov 2026 14.13 WIB",
    facts=(
        FactItem(label="Keadaan", value="menunggu · jawaban tidak terkirim"),
        FactItem(label="Pengirim", value="Yanti · 0812 0000 0001"),
        FactItem(label="Akun gerbang", value="wa-pusdalops"),
        FactItem(
            label="Jawaban",
            value="tidak terkirim: ditolak saluran (HTTP 400) · ani · 24 Nov 2026 14.20 WIB: Petugas menuju lokasi.",
        ),
    ),
    text="Air naik di pasar Koto Baru, jalan sudah tergenang setinggi lutut. Tolong kirim perahu.",
    reasons={
        MessageAct.WITHDRAW: "Tidak ada jawaban yang menunggu dikirim.",
        MessageAct.REOPEN: "Pesan masih terbuka.",
        MessageAct.UNLINK: "Pesan ini bukan tentang kejadian.",
        MessageAct.INCIDENT: "Pesan ini bukan tentang kejadian.",
    },
)
ANSWER = AnswerView(
    key="failed",
    to="Yanti · 0812 0000 0001 · WhatsApp",
    received="Air naik di pasar Koto Baru, jalan sudah tergenang setinggi lutut. Tolong kirim perahu.",
    status=AnswerStatus(
        warning="Jawaban terakhir tidak terkirim: ditolak saluran (HTTP 400).\n"
        "budi sudah menjawab pada 24 Nov 2026 14.22 WIB: menunggu server."
    ),
    sentences=(
        AnswerSentence(
            code="received",
            texts={"id": "Laporan Anda kami terima.", "en": "We have received your report."},
        ),
        AnswerSentence(
            code="on_the_way",
            texts={"id": "Petugas menuju lokasi.", "en": "A team is on its way."},
        ),
        AnswerSentence(
            code="where",
            texts={
                "id": "Mohon kirim lokasi: nama jorong, patokan, atau bagikan posisi.",
                "en": "Please send the place: the jorong, a landmark, or share your position.",
            },
        ),
    ),
    text="Petugas menuju lokasi dengan perahu. Jauhi tepi sungai.",
)
