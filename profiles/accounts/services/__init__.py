"""Writes about accounts: verb first, keyword only, each in one transaction, with the policy asked first."""
