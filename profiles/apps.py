from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "profiles"

    def ready(self) -> None:
        from profiles import documents, navigation, notices, panels, signals  # noqa: F401
        from profiles.accounts import navigation as accounts_navigation
        from profiles.accounts import schedule as accounts_schedule
        from profiles.accounts import signals as accounts_signals  # noqa: F401
        from profiles.importing import registrations as importing_registrations

        accounts_navigation.register()
        importing_registrations.register()
        accounts_schedule.register()
        navigation.register()
        notices.register()
        panels.register()
