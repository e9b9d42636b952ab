"""Names of the groups that open pages listen to."""


def notices_group(user_id: int) -> str:
    """Everything open that shows one person how many notices wait for them."""
    return f"notices.{user_id}"
