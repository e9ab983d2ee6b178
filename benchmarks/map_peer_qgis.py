"""The same polygons and points drawn by QGIS, for comparison; runs in the system's Python with `qgis`.

`/usr/bin/python3 benchmarks/map_peer_qgis.py SCENE` with the file written by `bench_map.py`. The
features are in memory layers with a spatial index, drawn in EPSG:3857 without reprojection, with
default simplification, on all cores. Building the layers is not timed, the first image is. Prints
the version and milliseconds.
"""

import os
import pickle
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsRectangle,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsVectorSimplifyMethod,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

COLOURS = ("#2c8a61", "#1f77b4", "#7a8794", "#b58900", "#d96a00", "#d7263d")


def layer_of(geometries, kind, renderer, classes=None):
    """Return a memory layer of WKB geometries with a spatial index."""
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:3857&field=class:integer&index=yes", kind, "memory")
    features = []
    for number, wkb in enumerate(geometries):
        geometry = QgsGeometry()
        geometry.fromWkb(wkb)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(geometry)
        feature.setAttributes([int(classes[number]) if classes else 0])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    layer.setRenderer(renderer)
    simplify = QgsVectorSimplifyMethod()
    simplify.setSimplifyHints(QgsVectorSimplifyMethod.SimplifyHint.FullSimplification)
    simplify.setForceLocalOptimization(True)
    layer.setSimplifyMethod(simplify)
    return layer


def point_renderer():
    """Return discs of seven pixels in the colour of their class."""
    looks = {"size": "7", "size_unit": "Pixel", "outline_style": "no"}
    categories = [
        QgsRendererCategory(number, QgsMarkerSymbol.createSimple({**looks, "color": colour}), str(number))
        for number, colour in enumerate(COLOURS)
    ]
    return QgsCategorizedSymbolRenderer("class", categories)


def main():
    """Build the layers, draw once and print."""
    scene = pickle.loads(Path(sys.argv[1]).read_bytes())
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()
    fill = QgsFillSymbol.createSimple(
        {"color": "58,136,120,20", "outline_color": "#3a8878", "outline_width": "1.2", "outline_width_unit": "Pixel"}
    )
    line = QgsLineSymbol.createSimple({"color": "#3a8878", "line_width": "1.4", "line_width_unit": "Pixel"})
    layers = [
        layer_of(scene["points"], "Point", point_renderer(), scene["classes"]),
        layer_of(scene["lines"], "LineString", QgsSingleSymbolRenderer(line)),
        layer_of(scene["polygons"], "Polygon", QgsSingleSymbolRenderer(fill)),
    ]
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(1920, 1080))
    settings.setExtent(QgsRectangle(*scene["bounds"]))
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setFlag(Qgis.MapSettingsFlag.Antialiasing, True)
    settings.setFlag(Qgis.MapSettingsFlag.UseRenderingOptimization, True)
    began_s = time.perf_counter()
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    print(Qgis.QGIS_VERSION, (time.perf_counter() - began_s) * 1000)
    if len(sys.argv) > 2:
        picture.save(sys.argv[2])
    sys.stdout.flush()
    os._exit(0)  # its clean-up is slow and not part of the measurement


if __name__ == "__main__":
    main()
