"""Limits of the sealed boxes that one user has begun to upload and not completed."""

import threading
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from tabuah.server.errors import Refusal
from tabuah.storage.blobs.store import BlobStore

MAX_BOXES: Final = 16  # of one user; a console sends one after another
MAX_BOX_BYTES: Final = 256 * 1024 * 1024  # of one user, as announced
BOXES_KEPT_S: Final = 86_400.0  # since their last byte


class BoxUploads:
    """Bounds the incomplete boxes of one user in number and bytes, counted since the start. Thread-safe."""

    def __init__(self, boxes: BlobStore, *, limit: int = MAX_BOXES, limit_bytes: int = MAX_BOX_BYTES) -> None:
        self._boxes, self._limit, self._limit_bytes = boxes, limit, limit_bytes
        self._announced: dict[str, dict[str, int]] = defaultdict(dict)
        self._lock = threading.Lock()

    def check(self, user: str, sha256: str, size: int, *, receiving: Collection[str] = ()) -> None:
        """Check that a user may upload a box of `size` bytes; it counts until it is complete or deleted.

        Args:
            user: the user.
            sha256: the box.
            size: its size in bytes, as announced.
            receiving: boxes that running requests upload.

        Raises:
            Refusal: the user has begun too many boxes, or boxes with too many bytes.
        """
        with self._lock:
            announced = self._announced[user]
            others = {each: count for each, count in announced.items() if each != sha256}
            others = {
                each: count for each, count in others.items() if self._boxes.received(each) or each in receiving
            }
            if len(others) >= self._limit or (others and sum(others.values()) + size > self._limit_bytes):
                self._announced[user] = others
                detail = (
                    f"this user has begun {len(others)} sealed photos: complete one of them first; "
                    "without progress they are deleted after a day"
                )
                raise Refusal(429, "too_many_boxes", detail, headers={"Retry-After": "300"})
            self._announced[user] = {**others, sha256: max(size, announced.get(sha256, 0))}
