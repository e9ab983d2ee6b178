"""Property test of the box index against a linear search."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis.box_index import BoxIndex

spans = st.tuples(st.integers(-50, 50), st.integers(0, 30)).map(lambda span: (span[0], span[0] + span[1]))
boxes = st.tuples(spans, spans).map(lambda each: (each[0][0], each[1][0], each[0][1], each[1][1]))


def indexed(wanted: list[tuple[int, int, int, int]]) -> BoxIndex:
    sides = np.array(wanted, float).reshape(-1, 4)
    return BoxIndex(sides[:, :2], sides[:, 2:])


@given(st.lists(boxes, max_size=200), boxes)
def test_box_index_matches_linear_search(wanted, asked):
    west, south, east, north = asked
    index = indexed(wanted)
    intersecting = [
        n for n, (w, s, e, a) in enumerate(wanted) if w <= east and e >= west and s <= north and a >= south
    ]
    within = [n for n, (w, s, e, a) in enumerate(wanted) if w >= west and e <= east and s >= south and a <= north]
    assert index.intersecting(asked).tolist() == intersecting
    assert index.within(asked).tolist() == within
    assert len(index) == len(wanted)
