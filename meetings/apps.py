from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from hgw.accounts import rights
        from meetings import deploy_checks  # noqa: F401  # registers itself
        from meetings.room.publishing import rights_changed_after_commit

        if rights_changed_after_commit not in rights.told:
            rights.told.append(rights_changed_after_commit)

    def warm(self) -> None:
        """Before a web worker takes requests (hgw.warming): the forms of all kinds of items."""
        from meetings.kinds import kinds

        kinds()
