"""Which editor each section of the profile has."""

from profiles.forms.editors import Editor
from profiles.forms.lists import LanguagesEditor, LinksEditor
from profiles.forms.plain import (
    AboutEditor,
    BasicsEditor,
    ContactEditor,
    HomeEditor,
    OpenToEditor,
    TopicsEditor,
    WorkEditor,
)
from profiles.forms.skills import SkillsEditor

EDITORS: dict[str, type[Editor]] = {
    "basics": BasicsEditor,
    "about": AboutEditor,
    "home": HomeEditor,
    "work": WorkEditor,
    "skills": SkillsEditor,
    "topics": TopicsEditor,
    "languages": LanguagesEditor,
    "open-to": OpenToEditor,
    "links": LinksEditor,
    "contact": ContactEditor,
}
