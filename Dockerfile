# Segue in one image: `docker build -t segue .`; compose.yaml runs it with its servers.

FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    UV_NO_CACHE=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /src
# The libraries come before our own files: this layer is built again only when a pin changes.
COPY requirements/build.txt requirements/main.txt requirements/
RUN pip install --require-hashes --requirement requirements/build.txt \
    && python -m venv --without-pip /opt/segue \
    && uv pip install --python /opt/segue/bin/python --require-hashes \
        --requirement requirements/main.txt
COPY . .
RUN python -m hatchling build --target wheel --directory /dist \
    && uv pip install --python /opt/segue/bin/python --no-deps --offline /dist/*.whl

FROM python:3.13-slim-trixie
RUN python -m pip uninstall --yes --root-user-action=ignore pip \
    && groupadd --gid 10001 segue \
    && useradd --uid 10001 --gid segue --no-create-home --home-dir /tmp \
        --shell /usr/sbin/nologin segue \
    && install --directory --owner=segue --group=segue --mode=0700 /var/lib/segue
COPY --from=build /opt/segue /opt/segue
# Libraries that want to remember something between two calls find only /tmp writable.
ENV PATH=/opt/segue/bin:$PATH HOME=/tmp SEGUE_HOME=/var/lib/segue \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/segue
VOLUME /var/lib/segue
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["segue", "doctor", "--service", "http://127.0.0.1:8765"]
ENTRYPOINT ["segue"]
CMD ["serve", "--host", "0.0.0.0"]
