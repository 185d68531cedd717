//! `[http]`

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use schemars::JsonSchema;

use super::reader::Reader;

/// Where Usher listens, and whom it believes.
#[derive(Clone, Debug, JsonSchema)]
pub struct Http {
    /// Address and port for everybody.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Address and port for metrics and health checks.
    #[schemars(with = "String")]
    pub internal_listen: SocketAddr,
    /// Networks whose X-Forwarded-* headers are believed.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// Certificate chain in PEM, for TLS without a proxy.
    #[schemars(with = "String")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of that certificate, in PEM.
    #[schemars(with = "String")]
    pub tls_key: Option<PathBuf>,
}

impl Http {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let http = Self {
            listen: reader.text("listen", SocketAddr::from(([127, 0, 0, 1], 8080)), socket),
            internal_listen: reader.text("internal_listen", SocketAddr::from(([127, 0, 0, 1], 8081)), socket),
            trusted_proxies: reader.list("trusted_proxies", network),
            tls_cert: reader.file_name("tls_cert"),
            tls_key: reader.file_name("tls_key"),
        };
        if collide(http.listen, http.internal_listen) {
            let message = "must be another address or port than listen";
            reader.refuse_together("http.internal_listen", "http.listen", message);
        }
        match (&http.tls_cert, &http.tls_key) {
            (Some(_), None) => reader.refuse("http.tls_cert", "needs tls_key as well"),
            (None, Some(_)) => reader.refuse("http.tls_key", "needs tls_cert as well"),
            _ => {}
        }
        http
    }
}

/// Whether two listeners cannot be open at once. Port 0 is a free one, so two of them differ.
fn collide(a: SocketAddr, b: SocketAddr) -> bool {
    let same_address = a.ip() == b.ip() || a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() == b.port() && a.port() != 0 && same_address
}

fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not an address with a port, such as \"127.0.0.1:8080\" or \"[::]:8080\""))
}

/// A network in CIDR notation.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    text.parse().map_err(|_| format!("{text:?} is not a network, such as \"10.0.0.0/8\" or \"192.0.2.7/32\""))
}
