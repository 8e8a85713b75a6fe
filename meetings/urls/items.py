"""One item at a time."""

from django.urls import path

from meetings.views import item_history, items

urlpatterns = [
    path("besprekingen/<uuid:pk>/behoefte/<uuid:item_pk>/band/", items.need_band, name="need_band"),
    path("besprekingen/<uuid:pk>/<str:kind_name>/nieuw/", items.item_add, name="item_add"),
    path("besprekingen/<uuid:pk>/<str:kind_name>/<uuid:item_pk>/", items.item_edit, name="item_edit"),
    path("besprekingen/<uuid:pk>/<str:kind_name>/<uuid:item_pk>/weg/", items.item_remove, name="item_remove"),
    path("besprekingen/<uuid:pk>/<str:kind_name>/<uuid:item_pk>/terug/", items.item_restore, name="item_restore"),
    path("besprekingen/<uuid:pk>/<str:kind_name>/<uuid:item_pk>/plaats/", items.item_move, name="item_move"),
    path(
        "besprekingen/<uuid:pk>/<str:kind_name>/<uuid:item_pk>/vroeger/", item_history.item_history, name="item_history"
    ),
    path("besprekingen/<uuid:pk>/weggehaald/", item_history.removed_items, name="removed_items"),
]
