"""Every address of the network, and those that only developers have: their pages are looked at too."""

from alumni_site.core.urls import development_urlpatterns
from alumni_site.urls import handler400, handler403, handler404, handler500
from alumni_site.urls import urlpatterns as network_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*development_urlpatterns, *network_urlpatterns]
