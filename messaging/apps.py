from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from messaging import common_ground, navigation, notices, panels, schedule, signals  # noqa: F401
        from messaging.telling import tell_notices
        from notifications.open_pages import register_line_to_pages

        register_line_to_pages(tell_notices)
        common_ground.register()
        navigation.register()
        notices.register()
        panels.register()
        schedule.register()
        from messaging.attachments import registrations as attachments_registrations
        from messaging.attachments import signals as attachments_signals  # noqa: F401
        from messaging.moderation import registrations as moderation_registrations

        attachments_registrations.register()
        moderation_registrations.register()
