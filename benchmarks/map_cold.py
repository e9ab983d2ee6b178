"""First image of a scene, 1920×1080, by the map, in a separate process: `python benchmarks/map_cold.py SCENE`.

The program has started and the values are in memory; nothing of the scene has been drawn or
indexed. Timed: everything from there to the finished image, with the shipped map and map furniture,
without labels, as in the QGIS run. Prints milliseconds.
"""

import os
import pickle
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from map_scene import Scene
from PySide6.QtWidgets import QApplication

from tabuah.widgets.map.content import LABELS, MapContent
from tabuah.widgets.map.rendering.map_image import render_view_image
from tabuah.widgets.map.rendering.warm_up import warm_up
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import install_fonts


def main() -> None:
    """Draw once and print."""
    app = QApplication([])
    install_fonts()
    warm_up()
    scene: Scene = pickle.loads(Path(sys.argv[1]).read_bytes())
    moment = scene.moments[0]
    content = MapContent(base_map=scene.base_map, stations=moment.stations, hidden=frozenset({LABELS}))
    view = Viewport.fitting(scene.base_map.bounds_m, width_px=1920, height_px=1080, margin_px=0)
    began_s = time.perf_counter()
    picture = render_view_image(content, view)
    print((time.perf_counter() - began_s) * 1000)
    if len(sys.argv) > 2:
        picture.save(sys.argv[2])
    app.quit()


if __name__ == "__main__":
    main()
