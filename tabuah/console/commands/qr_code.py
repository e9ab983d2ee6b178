"""A QR code in the terminal."""

import io
import sys


def print_qr(text: str) -> None:
    """Print a text as a QR code of half-block characters."""
    import segno

    picture = io.StringIO()
    segno.make(text, error="m").terminal(out=picture, compact=True)
    sys.stdout.write(picture.getvalue())
