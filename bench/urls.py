"""The product's addresses, and beside them the plain counterparts that only a bench may have."""

from django.urls import include, path

from bench import views

urlpatterns = [
    path("bench/plain/<str:person>", views.plain_read),
    path("bench/plain-list", views.plain_list),
    path("bench/plain-write/<str:person>", views.plain_write),
    path("bench/gated/<str:person>", views.gated_read),
    path("bench/gated-list", views.gated_list),
    path("bench/gated-write/<str:person>", views.gated_write),
    path("", include("aboveboard.urls")),
]
