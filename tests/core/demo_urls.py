"""The addresses of a developer's machine, for tests of pages that production does not have."""

from alumni_site.core.urls import development_urlpatterns
from alumni_site.urls import urlpatterns as every_day

urlpatterns = [*development_urlpatterns, *every_day]
