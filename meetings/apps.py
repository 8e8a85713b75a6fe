from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from hgw.accounts import rights
        from meetings import deploy_checks  # noqa: F401  # registers itself
        from meetings.forgetting.counting import count
        from meetings.forgetting.taking import take
        from meetings.room.publishing import rights_changed_after_commit
        from students.forgetting import counting, erasing

        if rights_changed_after_commit not in rights.told:
            rights.told.append(rights_changed_after_commit)
        if take not in erasing.takers:
            erasing.takers.append(take)
        if count not in counting.counters:
            counting.counters.append(count)

    def warm(self) -> None:
        """Before a web worker takes requests (hgw.warming): the forms of all kinds of items."""
        from meetings.kinds import kinds

        kinds()
