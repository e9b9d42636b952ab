"""Every page of the network, with the states in which it is looked at: whose it is, where it is, what is opened or wrong on it.

A new address needs an entry here, or a reason in `NO_PAGE`: tests/browser/test_routes.py fails until it has one.
"""

from dataclasses import dataclass

from profiles.sections import SECTIONS_BY_KEY
from tests.browser.acts import (
    Prepare,
    ask_for_suggestions,
    go,
    open_all_details,
    open_last,
    open_menu,
    open_notice,
    report_nothing,
    send,
    write_and_edit,
)

VISITOR = ""
PARTICIPANT = "participant@example.org"
MEMBER = "member@example.org"
OFFICER = "officer@example.org"
COORDINATOR = "coordinator@example.org"
ADVISER = "adviser@example.org"
EDITOR = "editor@example.org"
# Sign up when the browser tests begin, and the newcomer forgets the password at once: see tests/browser/furnishing.py.
APPLICANT = "applicant@example.org"
NEWCOMER = "newcomer@example.org"


@dataclass(frozen=True)
class Route:
    """A page in one state.

    `name` is its URL name. `address` is where it is, or, with `link` (a regular expression for the path of a link), the page that
    links to it with the words `text`; `beyond` is added to that, and LANGUAGE in it is the reader's. `mail_to` takes the newest
    mail's link instead. `prepare` opens or breaks something before the page is looked at. Axe looks at the part `only`, and not
    for `rules_off`.
    """

    name: str
    address: str
    account: str = VISITOR
    link: str = ""
    text: str = ""
    beyond: str = ""
    mail_to: str = ""
    state: str = ""
    prepare: Prepare | None = None
    shows_errors: bool = False
    only: str = ""
    rules_off: tuple[str, ...] = ()
    status: int = 200

    def __str__(self) -> str:
        return f"{self.name}{f' ({self.state})' if self.state else ''}"


def _wrong(
    name: str, address: str, account: str = VISITOR, *, prepare: Prepare, state: str = "wrong", link: str = "", mail_to: str = ""
) -> Route:
    """The page after a form on it was sent with mistakes: words for each, and the summary of them has focus."""
    return Route(name, address, account, state=state, prepare=prepare, shows_errors=True, link=link, mail_to=mail_to)


UUID = r"[0-9a-f-]{36}"
PROFILE_SECTIONS = tuple(SECTIONS_BY_KEY)

ENTRANCE = (
    Route("account_login", "/accounts/login/"),
    _wrong("account_login", "/accounts/login/", prepare=send("/login/", login="a@example.org", password="wrong")),
    Route("account_signup", "/accounts/signup/"),
    _wrong("account_signup", "/accounts/signup/", prepare=send("/signup/")),
    Route("account_logout", "/accounts/logout/", MEMBER),
    Route("account_inactive", "/accounts/inactive/"),
    Route("account_reauthenticate", "/accounts/reauthenticate/", MEMBER),
    Route("account_email_verification_sent", "/accounts/confirm-email/"),
    Route("account_confirm_email", "", mail_to=NEWCOMER, link=r"/accounts/confirm-email/\S+"),
    Route("account_confirm_email", "/accounts/confirm-email/MTIz:0:abc/", state="used up"),
    Route("account_reset_password", "/accounts/password/reset/"),
    _wrong("account_reset_password", "/accounts/password/reset/", prepare=send("/reset/")),
    Route("account_reset_password_done", "/accounts/password/reset/done/"),
    Route("account_reset_password_from_key", "", mail_to=NEWCOMER, link=r"/accounts/password/reset/key/\S+"),
    _wrong(
        "account_reset_password_from_key",
        "",
        mail_to=NEWCOMER,
        link=r"/accounts/password/reset/key/\S+",
        prepare=send("-set-password/"),
    ),
    Route("account_reset_password_from_key", "/accounts/password/reset/key/1-set-password/", state="used up"),
    Route("account_reset_password_from_key_done", "/accounts/password/reset/key/done/"),
    Route("application", "/me/application/", APPLICANT),
    _wrong("application", "/me/application/?change=1", APPLICANT, prepare=send("/application/")),
    Route("withdraw_application", "/me/application/withdraw/", APPLICANT),
)
PUBLIC = (
    Route("wagtail_serve", "/"),
    Route("wagtail_serve", "/", state="menu", prepare=open_menu, only="header"),
    Route("wagtail_serve", "/about/", state="standard page"),
    Route("wagtail_serve", "/help/", state="help"),
    Route("wagtail_serve", "/conduct/", state="conduct"),
    Route("wagtail_serve", "/privacy/", state="privacy"),
    Route("wagtail_serve", "/accessibility/", state="accessibility"),
    Route("wagtail_serve", "/there-is-nothing-here/", state="not found", status=404),
    Route("people", "/people/", state="visitor"),
    Route("profile", "/people/", link=rf"/people/{UUID}/", state="visitor"),
    # The same component stands there in several states.
    Route("styleguide", "/styleguide/", rules_off=("landmark-unique",)),
    Route("styleguide_staff", "/styleguide/staff/"),
    Route("offline", "/offline/LANGUAGE/"),
    Route("stop_mails", "/notices/stop/not-a-token/", state="used up", status=410),
    Route("dev_mail_list", "/dev/mail/"),
    Route("dev_mail_detail", "/dev/mail/", link=r"/dev/mail/[^/]+/"),
)
BANK = (
    Route("people", "/people/?q=solar&country_residence=UG", OFFICER),
    Route("people", "/people/", OFFICER, state="menu", prepare=open_menu, only="header"),
    Route("people", "/people/?q=solar&country_residence=UG#filters", OFFICER, state="filters", prepare=open_all_details),
    Route("people", "/people/", OFFICER, state="suggestions", prepare=ask_for_suggestions, only="main"),
    Route("people", "/people/?view=table&q=solar", OFFICER, state="table"),
    Route("people", "/people/?view=map", OFFICER, state="map"),
    Route("people", "/people/?page=900", OFFICER, state="beyond the last page"),
    Route("people", "/people/?q=solar&language=ar&open_to=missions", OFFICER, state="nobody"),
    Route("people", "/people/?q=qwertyuiop", OFFICER, state="nobody, words only"),
    Route("export_people", "/people/export/?q=solar", ADVISER),
    _wrong("export_people", "/people/export/?q=solar", ADVISER, prepare=send("/export/")),
    Route("profile", "/people/?q=grace", OFFICER, link=rf"/people/{UUID}/"),
    Route("profile", "/me/", MEMBER, link=rf"/people/{UUID}/", state="own"),
    Route("profile", "/people/?q=grace", ADVISER, link=rf"/people/{UUID}/", state="Norec"),
    Route("block_person", "/people/?q=joseph", MEMBER, link=rf"/people/{UUID}/", beyond="block/"),
    Route("saved_people", "/me/saved/", OFFICER),
    Route("saved_people", "/me/saved/", PARTICIPANT, state="empty"),
    Route("saved_searches", "/me/searches/", OFFICER),
    Route("saved_searches", "/me/searches/", PARTICIPANT, state="empty"),
    Route("saved_search", "/me/searches/", OFFICER, link=rf"/me/searches/{UUID}/"),
    Route("change_saved_search", "/me/searches/", OFFICER, link=rf"/me/searches/{UUID}/change/"),
    _wrong("change_saved_search", "/me/searches/", OFFICER, link=rf"/me/searches/{UUID}/change/", prepare=send("")),
    _wrong("save_search", "/people/?q=wind", OFFICER, prepare=send("/searches/save/")),
)
OWN = (
    Route("my_page", "/me/", MEMBER),
    Route("my_page", "/me/", OFFICER, state="officer"),
    Route("my_page", "/me/", PARTICIPANT, state="menu", prepare=open_menu, only="header"),
    Route("edit_profile", "/me/profile/", MEMBER),
    *(Route("edit_section", f"/me/profile/{key}/", MEMBER, state=key) for key in PROFILE_SECTIONS),
    _wrong("edit_section", "/me/profile/links/", MEMBER, state="links, wrong", prepare=send("", button="[value=add]")),
    _wrong(
        "edit_section",
        "/me/profile/contact/",
        MEMBER,
        state="contact, wrong",
        prepare=send("", contact_email="grace@", contact_phone="x", button="[value=save] >> nth=-1"),
    ),
    Route("edit_photo", "/me/profile/photo/", MEMBER),
    _wrong("edit_photo", "/me/profile/photo/", MEMBER, prepare=send("", files={"photo": __file__})),
    Route("notice_choices", "/me/notices/", MEMBER),
    _wrong("notice_choices", "/me/notices/", MEMBER, prepare=send("/me/notices/", quiet_from="22")),
    Route("visibility", "/me/visibility/", MEMBER, prepare=open_all_details),
    Route("visibility", "/me/visibility/?see=missions#as", MEMBER, state="as a mission"),
    Route("my_corrections", "/me/corrections/", MEMBER),
    Route("ask_correction", "/me/corrections/new/", MEMBER),
    _wrong("ask_correction", "/me/corrections/new/", MEMBER, prepare=send("")),
    Route("settings", "/me/settings/", MEMBER),
    Route("account_email", "/accounts/email/", MEMBER),
    _wrong("account_email", "/accounts/email/", MEMBER, prepare=send("/email/")),
    Route("account_change_password", "/accounts/password/change/", MEMBER),
    _wrong("account_change_password", "/accounts/password/change/", MEMBER, prepare=send("/change/")),
    Route("blocked_people", "/me/blocked/", MEMBER),
    Route("blocked_people", "/me/blocked/", PARTICIPANT, state="empty"),
    Route("notices", "/notices/", MEMBER),
    Route("notices", "/notices/", COORDINATOR, state="empty"),
)
_TALK = rf"/messages/{UUID}/"
MESSAGES = (
    Route("messages", "/messages/", MEMBER),
    Route("messages", "/messages/", COORDINATOR, state="empty"),
    Route("messages", "/messages/?q=training", MEMBER, state="search"),
    Route("messages", "/messages/?q=qwertyuiop", MEMBER, state="nothing found"),
    Route("messages", "/messages/?archived=1", MEMBER, state="put away"),
    Route("conversation", "/messages/", MEMBER, link=_TALK, text="Musa"),
    Route(
        "conversation", "/messages/", MEMBER, link=_TALK, text="Musa", state="choices", prepare=open_last(".nw-conv__h details")
    ),
    # What lies under an open menu is smaller than it will be.
    Route(
        "conversation",
        "/messages/",
        MEMBER,
        link=_TALK,
        text="Musa",
        state="a message",
        prepare=open_last(".nw-talk details"),
        only=".nw-talk details[open]",
    ),
    Route("conversation", "/messages/", MEMBER, link=_TALK, text="Eldrid", state="request"),
    Route("conversation", "/messages/", OFFICER, link=_TALK, text="Grace", state="waiting"),
    Route("message_write", "/people/?q=peter", MEMBER, link=rf"/people/{UUID}/", prepare=go("a[href*='/messages/write/']")),
    Route("message_new", "/messages/new/", MEMBER),
    Route("group_new", "/messages/new/group/", MEMBER),
    _wrong("group_new", "/messages/new/group/", MEMBER, prepare=send("")),
    Route("group", "/messages/", MEMBER, link=_TALK, text="Sunnfjord", beyond="people/"),
    Route("group_leave", "/messages/", MEMBER, link=_TALK, text="Sunnfjord", beyond="people/leave/"),
    Route(
        "group_person",
        "/messages/",
        MEMBER,
        link=_TALK,
        text="Sunnfjord",
        beyond="people/",
        prepare=go("a[href*='/people/person/']"),
    ),
    Route("group_invitation", "/messages/", MEMBER, link=rf"/messages/invitations/{UUID}/"),
    Route("message_edit", "/messages/", MEMBER, link=_TALK, text="Musa", prepare=write_and_edit),
    Route("message_delete", "/messages/", MEMBER, link=_TALK, text="Musa", prepare=go(".nw-talk a[href$='/delete/']")),
    Route("messages_settings", "/messages/settings/", MEMBER),
    Route("messaging_norms", "/messages/norms/", MEMBER),
    Route("report_lost", "/messages/report/", MEMBER),
    Route("report_conversation", "/messages/", MEMBER, link=_TALK, text="Musa", beyond="report/"),
    # Where the conversation begins: what tests have written since is one's own, and nothing to report.
    Route(
        "report_message",
        "/messages/",
        MEMBER,
        link=_TALK,
        text="Musa",
        beyond="?at=1",
        state="wrong",
        prepare=report_nothing,
        shows_errors=True,
    ),
    Route("my_report", "/notices/", MEMBER, prepare=open_notice),
    Route("my_warning", "/notices/", OFFICER, prepare=open_notice),
)
STAFF = (
    Route("people", "/people/", ADVISER, state="Norec"),
    Route("staff_applicants", "/staff/applicants/", ADVISER),
    Route("staff_applicants", "/staff/applicants/", ADVISER, state="menu", prepare=open_menu, only="header"),
    Route("staff_applicant", "/staff/applicants/", ADVISER, link=rf"/staff/applicants/{UUID}/"),
    _wrong(
        "staff_applicant",
        "/staff/applicants/",
        ADVISER,
        link=rf"/staff/applicants/{UUID}/",
        state="wrong yes",
        prepare=send("/accept/"),
    ),
    _wrong(
        "staff_applicant",
        "/staff/applicants/",
        ADVISER,
        link=rf"/staff/applicants/{UUID}/",
        state="wrong no",
        prepare=send("/decline/"),
    ),
    Route("staff_members", "/staff/members/", ADVISER),
    Route("staff_members", "/staff/members/?q=qwertyuiop", ADVISER, state="nobody"),
    Route("staff_member", "/staff/members/?q=member@example.org", ADVISER, link=rf"/staff/members/{UUID}/"),
    _wrong(
        "staff_member",
        "/staff/members/?q=member@example.org",
        ADVISER,
        link=rf"/staff/members/{UUID}/",
        state="wrong role",
        prepare=send("/roles/", role="officer"),
    ),
    _wrong(
        "staff_member",
        "/staff/members/?q=member@example.org",
        ADVISER,
        link=rf"/staff/members/{UUID}/",
        state="wrong words",
        prepare=send("/suspend/"),
    ),
    Route("staff_deliveries", "/staff/deliveries/", ADVISER),
    Route("staff_corrections", "/staff/corrections/", ADVISER),
    Route("staff_corrections", "/staff/corrections/?show=answered", ADVISER, state="answered"),
    Route("staff_correction", "/staff/corrections/", ADVISER, link=rf"/staff/corrections/{UUID}/"),
    _wrong(
        "staff_correction",
        "/staff/corrections/",
        ADVISER,
        link=rf"/staff/corrections/{UUID}/",
        prepare=send("/answer/", button="[value=declined]"),
    ),
    Route("staff_vocabulary", "/staff/vocabulary/", ADVISER),
    Route("staff_vocabulary", "/staff/vocabulary/?status=proposed", ADVISER, state="proposed"),
    Route("staff_new_term", "/staff/vocabulary/new/skill/", ADVISER),
    _wrong("staff_new_term", "/staff/vocabulary/new/skill/", ADVISER, prepare=send("")),
    Route("staff_term", "/staff/vocabulary/skill/solar-energy/", ADVISER),
    _wrong("staff_term", "/staff/vocabulary/skill/solar-energy/", ADVISER, prepare=send("")),
    Route("staff_merge_term", "/staff/vocabulary/skill/solar-energy/merge/", ADVISER),
    Route("staff_organisations", "/staff/organisations/", ADVISER),
    Route("staff_new_organisation", "/staff/organisations/new/", ADVISER),
    _wrong("staff_new_organisation", "/staff/organisations/new/", ADVISER, prepare=send("")),
    Route("staff_organisation", "/staff/organisations/", ADVISER, link=rf"/staff/organisations/{UUID}/"),
    Route("staff_merge_organisation", "/staff/organisations/", ADVISER, link=rf"/staff/organisations/{UUID}/", beyond="merge/"),
)
_RECORD = rf"/staff/records/{UUID}/"
_TO_EXCHANGE, _TO_REMOVE = "main a[href*='/staff/exchanges/']", "main a[href$='/remove/']"
_A_MEMBER = "/staff/members/?q=member@example.org"
RECORDS = (
    Route("staff_members", "/staff/members/?q=a", ADVISER, state="records"),
    Route("staff_record", _A_MEMBER, ADVISER, link=_RECORD),
    _wrong("staff_record", _A_MEMBER, ADVISER, link=_RECORD, prepare=send("")),
    Route("staff_new_exchange", _A_MEMBER, ADVISER, link=_RECORD, beyond="exchanges/new/"),
    Route("staff_exchange", _A_MEMBER, ADVISER, link=_RECORD, prepare=go(_TO_EXCHANGE)),
    Route("staff_remove_exchange", _A_MEMBER, ADVISER, link=_RECORD, prepare=go(_TO_EXCHANGE, _TO_REMOVE)),
)
_IMPORT = rf"/staff/imports/{UUID}/"
IMPORTS = (
    Route("staff_imports", "/staff/imports/", ADVISER, prepare=open_all_details),
    _wrong("staff_imports", "/staff/imports/", ADVISER, prepare=send("")),
    Route("staff_import", "/staff/imports/", ADVISER, link=_IMPORT, text="participants-2026.csv", state="preview"),
    Route("staff_import", "/staff/imports/", ADVISER, link=_IMPORT, text="two-sheets.xlsx", state="two sheets"),
    Route("staff_import", "/staff/imports/", ADVISER, link=_IMPORT, text="participants-corrected.csv", state="result"),
    Route("staff_import", "/staff/imports/", ADVISER, link=_IMPORT, text="notes.csv", state="unusable"),
    Route("staff_import", "/staff/imports/", ADVISER, link=_IMPORT, text="unwanted.csv", state="discarded"),
    Route("staff_import", "/staff/imports/", ADVISER, link=_IMPORT, text="long-list.csv", state="progress"),
    Route("staff_import", "/staff/imports/", ADVISER, link=_IMPORT, text="broken-off.csv", state="stopped"),
    Route("staff_import_rejected", "/staff/imports/", ADVISER, link=_IMPORT, text="2026.csv", beyond="rejected/"),
    Route("staff_import_new", "/staff/imports/", ADVISER, link=_IMPORT, text="2026.csv", beyond="new/"),
    Route("staff_import_changed", "/staff/imports/", ADVISER, link=_IMPORT, text="corrected.csv", beyond="changed/"),
    Route("staff_import_discard", "/staff/imports/", ADVISER, link=_IMPORT, text="2026.csv", beyond="discard/"),
    Route("staff_import_undo", "/staff/imports/", ADVISER, link=_IMPORT, text="corrected.csv", beyond="undo/"),
)
REPORTS = (
    Route("staff_reports", "/staff/reports/", ADVISER),
    Route("staff_reports", "/staff/reports/?show=decided", ADVISER, state="decided"),
    Route("staff_report", "/staff/reports/", ADVISER, link=rf"/staff/reports/{UUID}/"),
    _wrong("staff_report", "/staff/reports/", ADVISER, link=rf"/staff/reports/{UUID}/", prepare=send("/decide/")),
    Route("staff_report", "/staff/reports/?show=decided", ADVISER, link=rf"/staff/reports/{UUID}/", state="decided"),
)
ROUTES = (*ENTRANCE, *PUBLIC, *BANK, *OWN, *MESSAGES, *STAFF, *RECORDS, *REPORTS, *IMPORTS)

FORMS_ONLY = """
decide_report undo_report staff_flag_seen message_upload_remove
request_answer request_withdraw invitation_answer invitation_withdraw message_react conversation_send conversation_draft
conversation_choose group_invite group_rename
staff_import_choose staff_import_country staff_import_check staff_import_confirm staff_import_carry_on
accept_applicant choose_capacity decline_applicant delete_photo delete_saved_search end_other_sessions give_role
notice_open notice_read notices_read pause_profile push_subscribe push_unsubscribe
staff_drop_delivery staff_retry_all_deliveries staff_retry_delivery start_mails_again
reinstate_member reopen_applicant restore_saved_search resume_profile
save_person staff_answer_correction staff_correct_fact staff_decline_term suspend_member take_role unblock_person
undo_section undo_visibility unsave_person withdraw_correction
"""
_POST = "takes what a form sends, and shows no page of its own"
_FILE = "a file, no page"
NO_PAGE = {
    "media": _FILE,
    "profile_photo": _FILE,
    "wagtaildocs_serve": _FILE,
    "staff_records": "goes on to staff_record",
    "healthz": "for machines",
    "readyz": "for machines",
    "notices_count": "for a script",
    "manifest": "for the browser",
    "service_worker": "a script",
    "choose_language": "sets the language and goes back",
    "dev_mail_html": "a mail in its frame, looked at with dev_mail_detail",
    "staff_import_rejected_file": _FILE,
    "message_file": _FILE,
    "message_file_small": _FILE,
    "staff_report_file": _FILE,
    "message_files": "takes files, from a script or the form of conversation",
    "message_upload": "one file on its way, for a script",
    "staff_import_progress": "a part of staff_import, fetched again while it works",
    "messages_list": "a part of messages, fetched again when something has come",
    "messages_count": "the number in the bar, fetched again when something has come",
    "conversation_part": "a part of conversation",
    "people_suggest": "the options of a list box, no page",
    "account_set_password": "goes on to account_change_password: every account has a password",
    "account_confirm_login_code": "goes on to account_login: codes are a later issue",
    "wagtaildocs_authenticate_with_password": "Wagtail's page for documents with a password, which we do not use",
    "wagtailcore_authenticate_with_password": "Wagtail's page for pages with a password, which we do not use",
    "wagtailcore_login": "goes on to account_login",
    "_util/login/": "goes on to account_login",
    "cms/": "pages of Wagtail, for editors",
    **dict.fromkeys(FORMS_ONLY.split(), _POST),
}
