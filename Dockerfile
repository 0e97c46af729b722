# Three images of one project: `docker build --target api|worker|gpu-worker .`
#
# api          takes documents in and gives results out: no OCR, no model, no compiler
# worker       reads documents on a CPU; sweeps and delivers with another command
# gpu-worker   the same with torch for NVIDIA GPUs and what runs models of the Hugging Face hub
#
# Debian's own Python, so that one source of security fixes covers all of the image. Another base
# of Debian's kind may be named, such as one from a registry of your own.
ARG BASE=debian:bookworm-slim

# What every image starts from.
FROM ${BASE} AS system
# Debian's stable versions change for security fixes alone, and then the old ones are gone from its
# servers: nothing to pin.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 tzdata \
    && rm -rf /var/lib/apt/lists/*
# The number is fixed, for all containers write the same volume. A new volume gets /data's owner.
RUN groupadd --gid 10001 docai \
    && useradd --uid 10001 --gid docai --no-create-home --home-dir /data --shell /usr/sbin/nologin docai \
    && install --directory --owner docai --group docai --mode 0700 /data
ENV PATH=/opt/docai/bin:$PATH \
    LANG=C.UTF-8 \
    DOCAI_DATA_DIR=/data

# What builds: of all this, an image gets /opt/docai alone.
FROM system AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/*
ARG PIP_VERSION=26.3
RUN python3 -m venv /opt/pip \
    && /opt/pip/bin/pip install --no-cache-dir "pip==${PIP_VERSION}" \
    && python3 -m venv --without-pip /opt/docai
# One pip outside of the environments that it fills: they are shipped without.
ENV PIP_PYTHON=/opt/docai/bin/python \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src

FROM build AS wheel
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY schemas schemas
COPY docai docai
COPY workers workers
COPY api api
RUN /opt/pip/bin/pip wheel --no-cache-dir --no-deps --build-constraint constraints.txt \
    --wheel-dir /dist .

# Libraries first, in a layer of their own: it is built again when the list of them changes.
FROM build AS build-api
COPY pyproject.toml constraints.txt ./
RUN /opt/pip/bin/pip install --no-cache-dir --only-binary :all: --constraint constraints.txt \
    --group api
COPY --from=wheel /dist /dist
RUN /opt/pip/bin/pip install --no-cache-dir --no-deps /dist/*.whl

FROM build AS build-worker
COPY pyproject.toml constraints.txt ./
# The project without its code, for what it needs.
RUN touch README.md LICENSE \
    && /opt/pip/bin/pip install --no-cache-dir --only-binary :all: --constraint constraints.txt \
    '.[service,postgresql,s3,openai]'
COPY --from=wheel /dist /dist
RUN /opt/pip/bin/pip install --no-cache-dir --no-deps --force-reinstall /dist/*.whl

FROM build AS build-gpu-worker
COPY pyproject.toml constraints.txt ./
# torch of PyPI brings its own CUDA libraries; the machine needs NVIDIA's driver and container
# toolkit. For another CUDA: --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu126
ARG TORCH_INDEX=https://pypi.org/simple
RUN /opt/pip/bin/pip install --no-cache-dir --only-binary :all: --constraint constraints.txt \
    --index-url "${TORCH_INDEX}" torch
# Of docopt, which num2words wants, there is a source alone: one file of Python.
RUN touch README.md LICENSE \
    && /opt/pip/bin/pip install --no-cache-dir --only-binary :all: --no-binary docopt \
    --constraint constraints.txt '.[service,postgresql,s3,local]'
COPY --from=wheel /dist /dist
RUN /opt/pip/bin/pip install --no-cache-dir --no-deps --force-reinstall /dist/*.whl

FROM system AS api
COPY --from=build-api /opt/docai /opt/docai
USER 10001:10001
WORKDIR /data
EXPOSE 8000
# Requests are not logged: a query may hold what a client calls a document. Connections are kept
# longer than proxies keep theirs (60 s), so that a proxy never writes to one that is being closed.
CMD ["uvicorn", "api.app:app", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", \
     "--log-level", "warning", "--timeout-keep-alive", "75", "--timeout-graceful-shutdown", "5"]

FROM system AS worker-system
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        poppler-utils tesseract-ocr tesseract-ocr-kor tesseract-ocr-osd \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
WORKDIR /data

FROM worker-system AS worker
COPY --from=build-worker /opt/docai /opt/docai
CMD ["python", "-P", "-m", "workers.run", "-Q", "reconcile,vlm,ocr,rasterize", "-c", "2", \
     "-P", "prefork", "-n", "cpu@%h", "--without-gossip", "--without-mingle"]

FROM worker-system AS gpu-worker
COPY --from=build-gpu-worker /opt/docai /opt/docai
# A new volume gets /models's owner, as it does /data's.
USER 0:0
RUN install --directory --owner docai --group docai --mode 0755 /models
USER 10001:10001
ENV HF_HOME=/models \
    HF_HUB_DISABLE_TELEMETRY=1 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
# One process, one thread, no fork: the model fills a GPU, and CUDA does not survive a fork.
CMD ["python", "-P", "-m", "workers.run", "-Q", "reconcile,vlm", "-c", "1", "-P", "threads", \
     "-n", "gpu@%h", "--without-gossip", "--without-mingle"]
