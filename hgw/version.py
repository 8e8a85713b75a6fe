"""What `pyproject.toml` says of this program, where it stands in one place: its version, and of when its libraries are."""

import datetime
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_said = tomllib.loads(PROJECT.read_text("utf-8"))
VERSION: str = _said["project"]["version"]
LIBRARIES_OF: datetime.date = _said["tool"]["hgw"]["libraries-of"]
