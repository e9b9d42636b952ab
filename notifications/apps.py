from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from alumni_site.core.navigation import NavigationItem, Place, register_navigation, signed_in
        from alumni_site.core.panels import Panel, PanelPlace, register_panel
        from notifications.reading import unread_count, unread_panel

        register_navigation(
            NavigationItem(Place.TOOLS, _("Notices"), "notices", order=20, icon="Bell", shown_to=signed_in, count=unread_count)
        )
        register_panel(Panel("notices", PanelPlace.ME_MAIN, "notifications/_panel.html", unread_panel, order=20))
