"""What is sealed twice is sealed in two ways: of a school's copies, and of what codes are checked with.

The drafts in a browser: tests/browser/test_drafts.py.
"""

import base64
from pathlib import Path

import pyrage

from hgw.accounts.second_factor_adapter import SecondFactorAdapter
from hgw.storage import archive
from hgw.storage.archive import Manifest

VERSION, MOMENT, CHANCE = 1, 8, 16  # bytes of a Fernet token before what is sealed
PAYLOAD_NONCE = 16  # bytes of chance behind the header of an age file, from which the key of its content comes


def test_two_copies_of_the_same_have_nothing_in_common(tmp_path: Path) -> None:
    """A key of its own for each file, sent along for the school's key alone: so no nonce of it was ever used."""
    key = pyrage.x25519.Identity.generate()
    (database := tmp_path / "database").write_bytes(b"a school" * 1000)
    parts: list[set[bytes]] = []
    for name in ("first.age", "second.age"):
        archive.write(tmp_path / name, key.to_public(), Manifest("sqlite", "", "", []), database, "a secret")
        header, mark, rest = (tmp_path / name).read_bytes().partition(b"\n--- ")
        mac, _end, payload = rest.partition(b"\n")
        lines = header.split(b"\n")
        assert (lines[0], mark) == (b"age-encryption.org/v1", b"\n--- ")
        (at,) = (number for number, line in enumerate(lines) if line.startswith(b"-> X25519 "))
        recipient, file_key = lines[at : at + 2]
        parts.append({recipient, file_key, mac, payload[:PAYLOAD_NONCE], payload[PAYLOAD_NONCE:]})
    assert len(parts[0] | parts[1]) == 10


def test_a_secret_of_the_second_step_is_sealed_anew_each_time() -> None:
    adapter = SecondFactorAdapter()
    sealed = [adapter.encrypt("een geheim") for _ in range(50)]
    plain = [base64.urlsafe_b64decode(one) for one in sealed]
    before = VERSION + MOMENT
    assert len({one[before : before + CHANCE] for one in plain}) == 50
    assert len({one[before + CHANCE :] for one in plain}) == 50
    assert {adapter.decrypt(one) for one in sealed} == {"een geheim"}
