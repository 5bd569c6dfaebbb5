"""Addresses of the guided tour; in a home that is no sample there is nothing at them."""

from django.urls import path

from aboveboard.faces.tour.views import guide, roles

app_name = "tour"
urlpatterns = [
    path("tour/", guide.guide, name="guide"),
    path("tour/step/<slug:name>/", guide.do_step, name="step"),
    path("tour/account/", guide.account, name="account"),
    path("tour/role/<slug:login>/", roles.switch, name="role"),
    path("tour/phone/", roles.phone, name="phone"),
    path("tour/your-file/", guide.your_file, name="your-file"),
]
