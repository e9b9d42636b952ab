"""Tells whether something has changed since a form was shown: the form carries the fingerprint of what it was filled with."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def fingerprint(values: Any) -> str:
    """A short text that is the same for the same values, and another for others. Takes what JSON takes, dates and UUIDs."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
