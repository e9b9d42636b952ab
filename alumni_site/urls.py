"""Every address of the network. Apps are joined here and nowhere else."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("alumni_site.core.urls")),
    path("", include("profiles.accounts.entrance_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("profiles.urls")),
    path("", include("messaging.attachments.urls")),
    path("", include("messaging.moderation.urls")),
    path("", include("search.urls")),
    path("", include("messaging.urls")),
    path("", include("notifications.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # Wagtail answers for every other address, so it comes last.
    path("", include(wagtail_urls)),
]

handler400 = "alumni_site.core.views.errors.bad_request"
handler403 = "alumni_site.core.views.errors.permission_denied"
handler404 = "alumni_site.core.views.errors.page_not_found"
handler500 = "alumni_site.core.views.errors.server_error"

if settings.DEBUG:
    from alumni_site.core.urls import development_urlpatterns

    urlpatterns = [*development_urlpatterns, *urlpatterns]
