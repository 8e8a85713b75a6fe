from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def warm(self) -> None:
        """Before a web worker takes requests (hgw.warming): the forms of all kinds of items."""
        from meetings.kinds import kinds

        kinds()
