from django.urls import URLPattern, URLResolver, path

from messaging.views import conversations, groups, inbox, messages, requests, settings

urlpatterns: list[URLPattern | URLResolver] = [
    path("messages/", inbox.messages_page, name="messages"),
    path("messages/list/", inbox.messages_list, name="messages_list"),
    path("messages/count/", inbox.messages_count, name="messages_count"),
    path("messages/settings/", settings.messages_settings, name="messages_settings"),
    path("messages/norms/", settings.messaging_norms, name="messaging_norms"),
    path("messages/new/", groups.message_new, name="message_new"),
    path("messages/new/group/", groups.group_new, name="group_new"),
    path("messages/write/<uuid:uuid>/", requests.message_write, name="message_write"),
    path("messages/requests/<uuid:uuid>/answer/", requests.request_answer, name="request_answer"),
    path("messages/requests/<uuid:uuid>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path("messages/invitations/<uuid:uuid>/", groups.group_invitation, name="group_invitation"),
    path("messages/invitations/<uuid:uuid>/answer/", groups.invitation_answer, name="invitation_answer"),
    path("messages/invitations/<uuid:uuid>/withdraw/", groups.invitation_withdraw, name="invitation_withdraw"),
    path("messages/message/<uuid:uuid>/react/", messages.message_react, name="message_react"),
    path("messages/message/<uuid:uuid>/edit/", messages.message_edit, name="message_edit"),
    path("messages/message/<uuid:uuid>/delete/", messages.message_delete, name="message_delete"),
    path("messages/<uuid:uuid>/", conversations.conversation, name="conversation"),
    path("messages/<uuid:uuid>/part/", conversations.part, name="conversation_part"),
    path("messages/<uuid:uuid>/send/", conversations.send, name="conversation_send"),
    path("messages/<uuid:uuid>/draft/", conversations.draft, name="conversation_draft"),
    path("messages/<uuid:uuid>/choose/", conversations.choose, name="conversation_choose"),
    path("messages/<uuid:uuid>/people/", groups.group, name="group"),
    path("messages/<uuid:uuid>/people/invite/", groups.group_invite, name="group_invite"),
    path("messages/<uuid:uuid>/people/rename/", groups.group_rename, name="group_rename"),
    path("messages/<uuid:uuid>/people/person/", groups.group_person, name="group_person"),
    path("messages/<uuid:uuid>/people/leave/", groups.group_leave, name="group_leave"),
]
