from django.urls import URLPattern, URLResolver, path

from search.views import exports, people, saved

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", people.people, name="people"),
    path("people/suggest/", people.suggest_people, name="people_suggest"),
    path("people/export/", exports.export, name="export_people"),
    path("people/<uuid:uuid>/save/", saved.keep_person, name="save_person"),
    path("people/<uuid:uuid>/unsave/", saved.let_person_go, name="unsave_person"),
    path("me/saved/", saved.people_saved, name="saved_people"),
    path("me/searches/", saved.saved_searches, name="saved_searches"),
    path("me/searches/save/", saved.save, name="save_search"),
    path("me/searches/<uuid:uuid>/", saved.saved_search, name="saved_search"),
    path("me/searches/<uuid:uuid>/change/", saved.change, name="change_saved_search"),
    path("me/searches/<uuid:uuid>/delete/", saved.delete, name="delete_saved_search"),
    path("me/searches/<uuid:uuid>/restore/", saved.restore, name="restore_saved_search"),
]
