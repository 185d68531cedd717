# syntax=docker/dockerfile:1
# Two stages: Rust's image builds the binary, a bare one runs it as nobody.

FROM rust:1.95-bookworm AS build
WORKDIR /src
RUN apt-get update && apt-get install --yes --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release --bin usher && install -D target/release/usher /out/usher

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/usher /usr/local/bin/usher
COPY LICENSE NOTICE /usr/share/doc/usher/
# A user without a name, a home or a shell; the volume is all that it can write to.
RUN install -d -o 65532 -g 65532 /var/lib/usher
WORKDIR /var/lib/usher
USER 65532:65532
ENV USHER__HTTP__LISTEN=0.0.0.0:8080 \
    USHER__HTTP__INTERNAL_LISTEN=127.0.0.1:8081
EXPOSE 8080
VOLUME /var/lib/usher
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["usher", "health"]
ENTRYPOINT ["usher"]
CMD ["serve"]
