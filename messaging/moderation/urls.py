from django.urls import path

from messaging.moderation import views

urlpatterns = [
    path("messages/report/", views.report_lost, name="report_lost"),
    path("messages/<uuid:uuid>/report/", views.report_conversation, name="report_conversation"),
    path("messages/message/<uuid:uuid>/report/", views.report_message, name="report_message"),
    path("messages/reports/<uuid:uuid>/", views.my_report, name="my_report"),
    path("messages/decisions/<uuid:uuid>/", views.my_warning, name="my_warning"),
    path("staff/reports/", views.staff_reports, name="staff_reports"),
    path("staff/reports/flags/seen/", views.flag_seen, name="staff_flag_seen"),
    path("staff/reports/<uuid:uuid>/", views.staff_report, name="staff_report"),
    path("staff/reports/<uuid:uuid>/decide/", views.decide, name="decide_report"),
    path("staff/reports/<uuid:uuid>/undo/", views.undo, name="undo_report"),
    path("staff/reports/files/<uuid:uuid>/", views.staff_file, name="staff_report_file"),
]
