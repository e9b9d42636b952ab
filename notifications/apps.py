from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from datetime import timedelta

        from alumni_site.core.navigation import NavigationItem, Place, register_navigation, signed_in
        from alumni_site.core.panels import Panel, PanelPlace, register_panel
        from alumni_site.core.schedule import register_job
        from notifications import checks, jobs, signals  # noqa: F401
        from notifications.reading import unread_count, unread_panel

        register_navigation(
            NavigationItem(Place.TOOLS, _("Notices"), "notices", order=20, icon="Bell", shown_to=signed_in, count=unread_count)
        )
        register_panel(Panel("notices", PanelPlace.ME_MAIN, "notifications/_panel.html", unread_panel, order=20))
        register_job("send-notices", every=timedelta(seconds=5), run=jobs.send_notices)
        register_job("send-digests", every=timedelta(minutes=1), run=jobs.send_digests)
        register_job("mend-deliveries", every=timedelta(seconds=30), run=jobs.mend_deliveries)
        register_job("forget-deliveries", every=timedelta(days=1), run=jobs.forget_deliveries)
