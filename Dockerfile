# syntax=docker/dockerfile:1
FROM python:3.11-slim AS build
RUN python -m venv /opt/kehoach
ENV PATH=/opt/kehoach/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# --build-arg EXTRAS=[models,postgresql] for an image in which a model of one's own can be named as well.
ARG EXTRAS="[postgresql]"
WORKDIR /src
# Only files whose digests stand in locks/ (see SECURITY.md).
COPY locks locks
RUN pip install --require-hashes --no-deps --requirement locks/serving.txt
RUN case "$EXTRAS" in *postgresql*) pip install --require-hashes --no-deps --requirement locks/postgresql.txt;; esac
# torch first and pinned: an unpinned torch pulls gigabytes of CUDA packages that nothing here uses.
RUN case "$EXTRAS" in *models*) pip install --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0;; esac
COPY pyproject.toml constraints.txt README.md LICENSE ./
# The packages' empty folders are enough to install what else they need; our own code comes after, so that a
# change of it does not install everything again.
RUN case "$EXTRAS" in *models*) mkdir bot ingest knowledge prompts && pip install --constraint constraints.txt ".$EXTRAS" \
    && pip uninstall --yes tro-ly-ke-hoach;; esac
COPY prompts prompts
COPY knowledge knowledge
COPY ingest ingest
COPY bot bot
RUN pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
# Scanned PDF files are read by tesseract, .doc, .odt and .rtf by LibreOffice,
# which makes PDF reports too: Tinos of fonts-croscore stands for Times New Roman.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        tesseract-ocr tesseract-ocr-vie libreoffice-writer-nogui libreoffice-calc-nogui fonts-dejavu fonts-croscore \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home kehoach && mkdir /data && chown kehoach /data
COPY --from=build /opt/kehoach /opt/kehoach
ENV PATH=/opt/kehoach/bin:$PATH PYTHONUNBUFFERED=1 KEHOACH_HOME=/data KEHOACH_HOST=0.0.0.0 KEHOACH_PORT=8080 \
    MPLCONFIGDIR=/tmp/matplotlib
USER kehoach
WORKDIR /home/kehoach
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"KEHOACH_PORT\"]}/healthz', timeout=4)"]
# `kehoach` stops by itself within ten seconds of SIGTERM.
ENTRYPOINT ["kehoach"]
CMD ["serve"]
