"""`/dev/mail/`: what the network would have sent, for whoever tries the demo. Development only."""

from csp.decorators import csp_update
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from alumni_site.core.demo_mail import Mail, all_mail, find_mail

_PER_PAGE = 50
# A mail's own page may style itself and nothing else; its links open in the whole window.
_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)


@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """All mail, newest first."""
    page = Paginator(all_mail(), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "dev/mail_list.html", {"page": page, "mails": page.object_list})


@never_cache
@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # its types know no view with arguments
def mail_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: as text, and as the pictures and colours its reader would see."""
    return render(request, "dev/mail_detail.html", {"mail": _mail_or_404(key)})


@never_cache
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML of one mail, by itself, for the frame on its page."""
    mail = _mail_or_404(key)
    if not mail.html:
        raise Http404
    return HttpResponse(mail.html, headers={"Content-Security-Policy": _FRAME_POLICY})


def _mail_or_404(key: str) -> Mail:
    mail = find_mail(key)
    if mail is None:
        raise Http404
    return mail
