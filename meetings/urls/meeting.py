"""The meeting and its seven steps."""

from django.urls import path

from meetings.views import meeting, outcomes, plan_texts, planning, series, steps, who_reads_what

urlpatterns = [
    path("besprekingen/nieuw/", planning.meeting_new, name="meeting_new"),
    path("besprekingen/reeks/nieuw/", planning.series_new, name="series_new"),
    path("besprekingen/reeks/<uuid:pk>/", series.series, name="series"),
    path("besprekingen/reeks/<uuid:pk>/erbij/", series.series_add, name="series_add"),
    path("besprekingen/reeks/<uuid:pk>/<uuid:meeting_pk>/plaats/", series.series_move, name="series_move"),
    path("besprekingen/reeks/<uuid:pk>/<uuid:meeting_pk>/eruit/", series.series_leave, name="series_leave"),
    path("besprekingen/<uuid:pk>/", meeting.meeting, name="meeting"),
    path("besprekingen/<uuid:pk>/stap/<slug:slug>/", steps.meeting_step, name="meeting_step"),
    path("besprekingen/<uuid:pk>/keuze/", meeting.meeting_choice, name="meeting_choice"),
    path("besprekingen/<uuid:pk>/doel/<uuid:goal_pk>/", meeting.goal_rating, name="goal_rating"),
    path("besprekingen/<uuid:pk>/vorig-doel/<uuid:goal_pk>/", outcomes.goal_outcome, name="goal_outcome"),
    path("besprekingen/<uuid:pk>/beginnen/", meeting.meeting_start, name="meeting_start"),
    path("besprekingen/<uuid:pk>/afgelasten/", meeting.meeting_cancel, name="meeting_cancel"),
    path("besprekingen/<uuid:pk>/sluiten/", meeting.meeting_close, name="meeting_close"),
    path("besprekingen/<uuid:pk>/wie-leest-wat/", who_reads_what.who_reads_what, name="who_reads_what"),
    path("besprekingen/<uuid:pk>/plantekst/", plan_texts.plan_texts, name="plan_texts"),
    path("besprekingen/<uuid:pk>/gegevens/", meeting.meeting_details, name="meeting_details"),
]
