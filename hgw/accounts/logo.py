"""The logo of a school: a PNG or JPEG file, drawn anew and small before it is kept, so that nothing but a picture is."""

import base64
import io
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LARGEST = 1024 * 1024  # bytes of the file that is sent
PIXELS = 4000  # each way, of the file that is sent
BOX = (600, 240)  # what is kept fits in here


def drawn(file: Any) -> bytes:
    """Return the picture as PNG, at most `BOX` large. Raises `ValidationError` when it is none, or too large."""
    from PIL import Image  # 3 MB of every web worker, for a picture that a school sends once

    if file.size > LARGEST:
        raise ValidationError(_("This file is too large; at most 1 MB fits."))
    try:
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > PIXELS:
                raise ValidationError(_("This picture is too large; at most 4000 points each way fit."))
            picture.thumbnail(BOX)
            clean = Image.new("RGBA", picture.size)
            clean.paste(picture.convert("RGBA"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This is no picture that can be read. Choose a PNG or JPEG file.")) from error
    kept = io.BytesIO()
    clean.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def data_url(png: bytes | memoryview) -> str:
    """The picture as an address of its own, for a page or a document."""
    return f"data:image/png;base64,{base64.b64encode(bytes(png)).decode()}"
