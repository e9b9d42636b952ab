"""Addresses of the pages about accounts. Sign-in and sign-up themselves are allauth's, under /accounts/."""

from django.urls import path

from profiles.accounts.views import own, staff_applicants, staff_deliveries, staff_members

urlpatterns = [
    path("me/application/", own.application, name="application"),
    path("me/application/withdraw/", own.withdraw, name="withdraw_application"),
    path("me/settings/", own.settings, name="settings"),
    path("me/settings/sign-out-elsewhere/", own.end_other_sessions, name="end_other_sessions"),
    path("me/capacity/", own.capacity, name="choose_capacity"),
    path("me/blocked/", own.blocked, name="blocked_people"),
    path("me/blocked/<uuid:uuid>/unblock/", own.unblock, name="unblock_person"),
    path("people/<uuid:uuid>/block/", own.block, name="block_person"),
    path("staff/applicants/", staff_applicants.applicants, name="staff_applicants"),
    path("staff/applicants/<uuid:uuid>/", staff_applicants.applicant, name="staff_applicant"),
    path("staff/applicants/<uuid:uuid>/accept/", staff_applicants.accept, name="accept_applicant"),
    path("staff/applicants/<uuid:uuid>/decline/", staff_applicants.decline, name="decline_applicant"),
    path("staff/applicants/<uuid:uuid>/reopen/", staff_applicants.reopen, name="reopen_applicant"),
    path("staff/members/", staff_members.members, name="staff_members"),
    path("staff/members/<uuid:uuid>/", staff_members.member, name="staff_member"),
    path("staff/members/<uuid:uuid>/roles/", staff_members.give, name="give_role"),
    path("staff/members/<uuid:uuid>/roles/<uuid:grant>/take/", staff_members.take, name="take_role"),
    path("staff/members/<uuid:uuid>/suspend/", staff_members.suspend, name="suspend_member"),
    path("staff/members/<uuid:uuid>/reinstate/", staff_members.reinstate, name="reinstate_member"),
    path("staff/deliveries/", staff_deliveries.deliveries, name="staff_deliveries"),
    path("staff/deliveries/retry/", staff_deliveries.retry_all, name="staff_retry_all_deliveries"),
    path("staff/deliveries/<uuid:uuid>/retry/", staff_deliveries.retry, name="staff_retry_delivery"),
    path("staff/deliveries/<uuid:uuid>/drop/", staff_deliveries.drop, name="staff_drop_delivery"),
]
