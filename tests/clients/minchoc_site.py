"""A Django site that is nothing but minchoc: run with its own Python, `DIRECTORY PORT`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

ROOT = Path(sys.argv[1])
settings.configure(
    SECRET_KEY="made-up",
    ALLOWED_HOSTS=["127.0.0.1"],
    ALLOW_PACKAGE_DELETION=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(ROOT / "db")}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "minchoc"],
    MEDIA_ROOT=str(ROOT / "media"),
    ROOT_URLCONF=__name__,
    USE_TZ=True,
)
django.setup()  # before the addresses, which load the models
urlpatterns = [path("api/v2/", include("minchoc.urls"))]


def main() -> None:
    """Make the one account, then serve."""
    call_command("migrate", verbosity=0)
    from django.contrib.auth import get_user_model
    from minchoc.models import NugetUser

    account = get_user_model().objects.create_user("alice")
    NugetUser.objects.update_or_create(base=account, defaults={"token": os.environ["MINCHOC_KEY"]})
    waitress.serve(get_wsgi_application(), host="127.0.0.1", port=int(sys.argv[2]), threads=4)


if __name__ == "__main__":
    main()
