from django.urls import path

from messaging.attachments import views

urlpatterns = [
    path("messages/<uuid:uuid>/files/", views.files, name="message_files"),
    path("messages/files/<uuid:uuid>/", views.upload, name="message_upload"),
    path("messages/files/<uuid:uuid>/remove/", views.remove, name="message_upload_remove"),
    path("messages/files/<uuid:uuid>/small/", views.small, name="message_file_small"),
    path("messages/files/<uuid:uuid>/<str:name>", views.file, name="message_file"),
]
