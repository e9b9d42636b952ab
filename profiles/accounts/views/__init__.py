"""Views of the pages about accounts: sign-up's last step, one's own account, and Norec's pages about members."""
