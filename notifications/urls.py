from django.urls import URLPattern, URLResolver, path

from notifications import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/count/", views.notices_count, name="notices_count"),
    path("notices/stop/<str:token>/", views.stop, name="stop_mails"),
    path("notices/start-again/", views.start_again, name="start_mails_again"),
    path("notices/<uuid:uuid>/open/", views.notice_open, name="notice_open"),
    path("notices/<uuid:uuid>/read/", views.notice_read, name="notice_read"),
    path("me/notices/", views.notice_choices, name="notice_choices"),
    path("me/notices/push/subscribe/", views.push_subscribe, name="push_subscribe"),
    path("me/notices/push/unsubscribe/", views.push_unsubscribe, name="push_unsubscribe"),
]
