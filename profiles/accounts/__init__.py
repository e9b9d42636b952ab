"""Sign-in and sign-up, applicants, roles and capacities, blocks, and each person's own settings."""
