#!/usr/bin/env python
"""Django's command line for this project; `./dev manage …` prepares what it needs and calls it."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hgw.settings")
    # The application's own database role may own nothing; then tables are changed through the owner's address.
    if sys.argv[1:2] == ["migrate"] and os.environ.get("HGW_OWNER_DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["HGW_OWNER_DATABASE_URL"]
    if sys.argv[1:2] == ["migrate"]:
        from hgw import environment

        environment.answer_within(0)  # filling a new column takes as long as it takes
        environment.work_for_the_whole_installation()
    if sys.argv[1:2] == ["backup"]:
        from hgw.storage import gentle

        gentle.step_back()  # at once: of a small school, reading the program takes longer than making the copy
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
