"""Addresses of the person's own page; none of them names anybody."""

from django.urls import URLPattern

app_name = "portal"

urlpatterns: list[URLPattern] = []
