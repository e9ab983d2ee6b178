"""Sample charts for approved images: a day with everything that a chart can show."""

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from gallery.samples import NOW, chart
from PySide6.QtGui import QImage

from tabuah.widgets.charts.plot_view import PlotView
from tabuah.widgets.charts.series import ChartContent, NamedSeries, NamedSpan, Series
from tabuah.widgets.theme.appearance import Appearance

SIZE_PX: Final = (800, 240)


def full_chart() -> ChartContent:
    """Return the river at Koto Baru, with maintenance on the station and the gauge above."""
    now_s, day = NOW.timestamp(), chart()
    work = (
        NamedSpan(name="pemeliharaan", from_s=now_s - 6 * 3600, to_s=now_s - 3 * 3600),
        NamedSpan(name="kalibrasi", from_s=now_s - 10 * 3600, to_s=now_s - 9 * 3600),
    )
    above = Series(times_s=day.values.times_s - 3000, values=day.values.values * 0.9 + 0.1)
    return msgspec.structs.replace(day, spans=work, compared=(NamedSeries(name="AWLR Muara Panas", series=above),))


def chart_picture(theme: str, content: ChartContent | None = None) -> QImage:
    """Return the plot with its cursor on a value."""
    plot = PlotView(Appearance(theme))
    try:
        plot.resize(*SIZE_PX)
        plot.show_content(content or full_chart())
        plot.move_cursor(NOW.timestamp() - 7200)
        return plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    finally:
        plot.close()
        plot.deleteLater()


def charts() -> dict[str, Callable[[], QImage]]:
    """Return all charts by image name."""
    return {f"chart-{theme}": partial(chart_picture, theme) for theme in ("dark", "light")}
