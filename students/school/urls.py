"""The school: its beginning, its settings, and who works there."""

from django.urls import path

from students.school import class_views, group_views, register_views, staff_views, statistics_views, views

urlpatterns = [
    path("school-beginnen/", views.school_begin, name="school_begin"),
    path("school/<uuid:pk>/", views.school_settings, name="school_settings"),
    path("school/<uuid:pk>/schooljaren/nieuw/", views.school_year_new, name="school_year_new"),
    path("school/<uuid:pk>/schooljaren/<uuid:year_pk>/", views.school_year_edit, name="school_year_edit"),
    path("school/<uuid:pk>/klassen/", class_views.classes, name="classes"),
    path("school/<uuid:pk>/klassen/nieuw/", class_views.class_new, name="class_new"),
    path("school/<uuid:pk>/klassen/<uuid:class_pk>/", class_views.class_edit, name="class_edit"),
    path("school/<uuid:pk>/groepjes/", group_views.groups, name="groups"),
    path("school/<uuid:pk>/groepjes/nieuw/", group_views.group_new, name="group_new"),
    path("school/<uuid:pk>/groepjes/<uuid:group_pk>/", group_views.group_edit, name="group_edit"),
    path("school/<uuid:pk>/gebruikers/", staff_views.users, name="users"),
    path("school/<uuid:pk>/gebruikers/verlengen/", staff_views.roles_renew, name="roles_renew"),
    path("school/<uuid:pk>/gebruikers/uitnodigen/", staff_views.user_invite, name="user_invite"),
    path(
        "school/<uuid:pk>/uitnodigingen/<uuid:invitation_pk>/intrekken/", staff_views.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("school/<uuid:pk>/gebruikers/<uuid:user_pk>/rollen/nieuw/", staff_views.role_new, name="role_new"),
    path("school/<uuid:pk>/gebruikers/<uuid:user_pk>/vertrek/", staff_views.user_leave, name="user_leave"),
    path(
        "school/<uuid:pk>/gebruikers/<uuid:user_pk>/tweede-stap/", staff_views.user_second_factor,
        name="user_second_factor",
    ),
    path("school/<uuid:pk>/gebruikers/<uuid:user_pk>/afmelden/", staff_views.user_sign_out, name="user_sign_out"),
    path("school/<uuid:pk>/rollen/<uuid:role_pk>/", staff_views.role_edit, name="role_edit"),
    path("school/<uuid:pk>/rollen/<uuid:role_pk>/einde/", staff_views.role_end, name="role_end"),
    path("school/<uuid:pk>/vervangen/", staff_views.replacement_new, name="replacement_new"),
    path("school/<uuid:pk>/verwerkingen/", register_views.processing_register, name="processing_register"),
    path("school/<uuid:pk>/geb/", register_views.impact_input, name="impact_input"),
    path("school/<uuid:pk>/cijfers/", statistics_views.statistics, name="statistics"),
    path("school/<uuid:pk>/teksten/<slug:slug>/", register_views.school_text, name="school_text"),
]  # fmt: skip
