"""Addresses below /staff/imports/."""

from django.urls import path

from profiles.importing import views

urlpatterns = [
    path("", views.imports, name="staff_imports"),
    path("<uuid:uuid>/", views.import_page, name="staff_import"),
    path("<uuid:uuid>/progress/", views.progress, name="staff_import_progress"),
    path("<uuid:uuid>/rejected/", views.rejected, name="staff_import_rejected"),
    path("<uuid:uuid>/rejected.csv", views.rejected_file, name="staff_import_rejected_file"),
    path("<uuid:uuid>/changed/", views.changed, name="staff_import_changed"),
    path("<uuid:uuid>/new/", views.new, name="staff_import_new"),
    path("<uuid:uuid>/choose/", views.choose, name="staff_import_choose"),
    path("<uuid:uuid>/country/", views.use_country, name="staff_import_country"),
    path("<uuid:uuid>/check/", views.check_again, name="staff_import_check"),
    path("<uuid:uuid>/import/", views.confirm, name="staff_import_confirm"),
    path("<uuid:uuid>/carry-on/", views.carry_on, name="staff_import_carry_on"),
    path("<uuid:uuid>/discard/", views.discard, name="staff_import_discard"),
    path("<uuid:uuid>/undo/", views.undo, name="staff_import_undo"),
]
