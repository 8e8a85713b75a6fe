"""F30: text as nobody expects it comes back as it was typed, or is refused with all of it still there."""

import unicodedata
import uuid

from hgw.items.models import Revision
from hgw.text import LONG, normal
from tests.faults.scene import Scene

KEPT = {
    "emoji": "Zij lacht 🙂 en haar gezin 👩‍👩‍👧‍👦 ook, 🇧🇪.",
    "from right to left": "Hij zegt: שלום, en ‏مرحبا‏ ook.",
    "accents apart": unicodedata.normalize("NFD", "Zoë, Łukasz, Şahin, Đặng: één geheel."),
    "line ends of Windows": "Eerste regel.\r\nTweede regel.\r\rVierde regel.\n",
    "space around": "  tussen spaties\tmet een tab\u00a0en een harde spatie  ",
    "markup": "<script>alert(1)</script> & <b>vet</b> {{ naam }} {% load %} ${x} '; DROP TABLE--",
    "strange signs": "\ufeff\u200b\u2028\u2029\ufffd\U0010ffff \u0301 begint met een accent",
    "as long as it may be": "ë" * LONG,
    "long in another form": unicodedata.normalize("NFD", "é" * LONG),
}
REFUSED = {"NUL": "Voor\x00na.", "bell": "Voor\x07na.", "escape": "Voor\x1b[31mna.", "one too many": "x" * (LONG + 1)}


def f30_round_trip(scene: Scene) -> None:
    """What is saved is what was typed, but for its form and its line ends; its fingerprint is that of what is shown."""
    writer = scene.writer("Vreemd")
    for name, text in KEPT.items():
        saved = writer.save(text)  # compares the fingerprint of the answer with that of what was typed
        shown = Revision.objects.get(item=writer.item, version=saved.version).content["text"]
        assert shown == normal(text), name
        assert scene.form(writer.item)["text"] == normal(text), name
    for name, text in REFUSED.items():
        sent = writer.form(text, uuid.uuid4())
        answer = writer.send(sent, how="show")
        assert (answer.status, answer.told.get("reason")) == (422, "invalid"), f"{name}: {answer.status}"
        assert "text" in answer.told["errors"], name
        if "x" * LONG in text:
            assert text in answer.told["html"], f"{name}: not all of it is in the field"
    assert Revision.objects.filter(item=writer.item).count() == 1 + len(KEPT)
