from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from messaging import common_ground, notices, schedule, signals  # noqa: F401

        common_ground.register()
        notices.register()
        schedule.register()
