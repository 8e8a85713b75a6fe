from django.apps import AppConfig


class StudentsConfig(AppConfig):
    name = "students"

    def ready(self) -> None:
        from hgw.accounts import rights
        from students.models.emergencies import end_what_is_open

        if end_what_is_open not in rights.told:
            rights.told.append(end_what_is_open)
