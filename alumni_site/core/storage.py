"""Uploaded files in S3-compatible storage. Pages name them by our own address all the same: no third-party request."""

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage


class MediaS3Storage(S3Storage):
    """Editors' pictures and documents in a bucket, served by `alumni_site.core.views.media`."""

    def url(self, name: str, parameters: object = None, expire: object = None, http_method: object = None) -> str:
        return settings.MEDIA_URL + filepath_to_uri(name)


class PrivateS3Storage(S3Storage):
    """People's pictures in a bucket: they have no address but that of the view which asks who may see them."""

    def url(self, name: str, parameters: object = None, expire: object = None, http_method: object = None) -> str:
        raise ValueError("A private file has no address of its own.")
