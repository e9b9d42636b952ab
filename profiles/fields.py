"""The fields of a profile that have their own audiences. Everything that shows, chooses or tests visibility goes by this list."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.audiences import NOBODY, Audience, AudienceSet


@dataclass(frozen=True)
class DisclosableField:
    """`key` names the attribute of `DisclosedProfile` and the column `audiences_<key>` of `Profile`."""

    key: str
    label: str | Promise
    # Facts that Norec has anyway and needs to confirm an exchange: Norec is ticked and locked.
    always_shown_to: AudienceSet = NOBODY

    @property
    def column(self) -> str:
        return f"audiences_{self.key}"


_NOREC: AudienceSet = frozenset({Audience.NOREC})

DISCLOSABLE_FIELDS: tuple[DisclosableField, ...] = (
    DisclosableField("name", _("Name"), always_shown_to=_NOREC),
    DisclosableField("exchanges", _("Exchanges"), always_shown_to=_NOREC),
    DisclosableField("name_then", _("Name at the time of the exchange")),
    DisclosableField("photo", _("Picture")),
    DisclosableField("headline", _("Headline")),
    DisclosableField("about", _("About me")),
    DisclosableField("country", _("Country")),
    DisclosableField("place", _("Town")),
    DisclosableField("work", _("Work")),
    DisclosableField("skills", _("What I know")),
    DisclosableField("sectors", _("Sectors")),
    DisclosableField("sdgs", _("Sustainable Development Goals")),
    DisclosableField("languages", _("Languages")),
    DisclosableField("links", _("Links")),
    DisclosableField("open_to", _("What I am open to")),
    DisclosableField("contact_email", _("E-mail for contact")),
    DisclosableField("contact_phone", _("Phone for contact")),
)
FIELDS_BY_KEY: dict[str, DisclosableField] = {field.key: field for field in DISCLOSABLE_FIELDS}
