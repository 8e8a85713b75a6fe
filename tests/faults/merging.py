"""F10: merging as a property, of any text and any two edits of it. Its tests are those of the merge itself."""

import subprocess
import sys

from tests.faults.scene import Scene


def f10_property(scene: Scene) -> None:
    """Nothing that one side alone wrote is dropped, nobody's place decides, and what overlaps is never merged."""
    run_tests("tests/hgw/test_merging.py")
    writer = scene.writer("Schrijver")  # the server that merges is this one: a save of it counts
    writer.save("Samengevoegd wordt alleen wat samen kan staan.")


def run_tests(*paths: str) -> None:
    """Run tests that stand elsewhere in the suite. Raises `AssertionError` with their last words when one fails or is missing."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "\n".join(done.stdout.splitlines()[-8:])
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout
