"""Addresses of the people in the network: profiles, one's own pages, and the pages of Norec's advisers."""

from django.urls import URLPattern, URLResolver, include, path

from profiles.views import (
    corrections,
    edit,
    my_page,
    person,
    photo,
    staff_corrections,
    staff_organisations,
    staff_vocabulary,
    visibility,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("profiles.accounts.urls")),
    path("staff/imports/", include("profiles.importing.urls")),
    path("people/<uuid:uuid>/", person.profile, name="profile"),
    path("people/<uuid:uuid>/photo/<str:size>/", person.profile_photo, name="profile_photo"),
    path("me/", my_page.my_page, name="my_page"),
    path("me/profile/", edit.edit_profile, name="edit_profile"),
    path("me/profile/photo/", photo.edit_photo, name="edit_photo"),
    path("me/profile/photo/delete/", photo.delete_photo, name="delete_photo"),
    path("me/profile/<str:key>/", edit.edit_section, name="edit_section"),
    path("me/profile/<str:key>/undo/", edit.undo_section, name="undo_section"),
    path("me/visibility/", visibility.visibility, name="visibility"),
    path("me/visibility/undo/", visibility.undo_visibility, name="undo_visibility"),
    path("me/hide/", visibility.pause_profile, name="pause_profile"),
    path("me/show/", visibility.resume_profile, name="resume_profile"),
    path("me/corrections/", corrections.my_corrections, name="my_corrections"),
    path("me/corrections/new/", corrections.ask_correction, name="ask_correction"),
    path("me/corrections/<uuid:uuid>/withdraw/", corrections.withdraw, name="withdraw_correction"),
    path("staff/corrections/", staff_corrections.corrections, name="staff_corrections"),
    path("staff/corrections/<uuid:uuid>/", staff_corrections.correction, name="staff_correction"),
    path("staff/corrections/<uuid:uuid>/facts/", staff_corrections.correct_fact, name="staff_correct_fact"),
    path("staff/corrections/<uuid:uuid>/answer/", staff_corrections.answer, name="staff_answer_correction"),
    path("staff/vocabulary/", staff_vocabulary.vocabulary, name="staff_vocabulary"),
    path("staff/vocabulary/new/<str:kind>/", staff_vocabulary.new_term, name="staff_new_term"),
    path("staff/vocabulary/<str:kind>/<slug:code>/", staff_vocabulary.term, name="staff_term"),
    path("staff/vocabulary/<str:kind>/<slug:code>/decline/", staff_vocabulary.decline_term, name="staff_decline_term"),
    path("staff/vocabulary/<str:kind>/<slug:code>/merge/", staff_vocabulary.merge_term, name="staff_merge_term"),
    path("staff/organisations/", staff_organisations.organisations, name="staff_organisations"),
    path("staff/organisations/new/", staff_organisations.new_organisation, name="staff_new_organisation"),
    path("staff/organisations/<uuid:uuid>/", staff_organisations.organisation, name="staff_organisation"),
    path("staff/organisations/<uuid:uuid>/merge/", staff_organisations.merge_organisation, name="staff_merge_organisation"),
]
