"""What a load balancer or a monitor asks."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alumni_site.core.health import ask_all


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all. Asks nobody else."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503, and which does not."""
    answers = ask_all()
    everything = all(not answer.error for answer in answers)
    parts = {
        answer.name: {"ready": not answer.error, "ms": answer.milliseconds, **({"error": answer.error} if answer.error else {})}
        for answer in answers
    }
    return JsonResponse({"status": "ready" if everything else "not ready", "parts": parts}, status=200 if everything else 503)
