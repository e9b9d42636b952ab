"""`manage.py grant_role EMAIL ROLE [--organisation NAME]`: for whoever has the console, above all in a new network."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.core.errors import NetworkError
from profiles.accounts.services.roles import grant_role_at_console
from profiles.models import User
from profiles.roles import Role


class Command(BaseCommand):
    help = (
        "Give an account a role. The account becomes active and its address counts as verified. "
        "Make the account first: at /accounts/signup/, or with createsuperuser."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address the person signs in with")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument(
            "--organisation",
            default="",
            metavar="NAME",
            help="for officer the mission, for coordinator the partner organisation; made when there is none of that name",
        )

    def handle(self, *args: Any, email: str, role: str, organisation: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email.strip()).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        try:
            grant = grant_role_at_console(user=user, role=Role(role), organisation=organisation)
        except NetworkError as error:
            raise CommandError(error.message) from error
        where = f" for {grant.organisation.name}" if grant.organisation else ""
        self.stdout.write(f"{user.email} is {grant.get_role_display()}{where}.")
