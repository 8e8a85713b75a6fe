"""What `check --deploy` asks of the process that lays out documents."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register

FOLDER = Path(__file__).parent / "documents"
TRY = (
    "import sys; sys.path.insert(0, sys.argv[1]); import pdf_process; sys.exit(0 if pdf_process.leave_network() else 1)"
)


@register(Tags.security, deploy=True)
def pdf_process_leaves_the_network(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning where the system does not let it give up the network. It opens no address all the same."""
    tried = subprocess.run([sys.executable, "-I", "-B", "-c", TRY, str(FOLDER)], check=False, timeout=60)
    if tried.returncode == 0:
        return []
    said = "The process that lays out documents cannot give up the network here: allow it user namespaces (RestrictNamespaces)."
    return [Warning(said, id="hgw.pdf_network")]
