from django.apps import AppConfig


class StudentsConfig(AppConfig):
    name = "students"

    def ready(self) -> None:
        from hgw.accounts import rights
        from students.models.emergencies import end_what_is_open
        from students.opening import close_with_the_role

        for tell in (end_what_is_open, close_with_the_role):
            if tell not in rights.told:
                rights.told.append(tell)
