//! TLS from files, which may change while we run.

use std::{path::PathBuf, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use aws_lc_rs::digest;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs as provider},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// Where certificate and key are.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain in PEM, our certificate first.
    pub cert: PathBuf,
    /// Its private key in PEM (PKCS #8, PKCS #1 or SEC 1).
    pub key: PathBuf,
}

/// The certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {0}")]
    Read(PathBuf, #[source] std::io::Error),
    /// A file is not what it should be.
    #[error("{0} holds no {1} in PEM")]
    Pem(PathBuf, &'static str),
    /// The key is of an unknown kind or not that of the certificate.
    #[error("the TLS key {0} does not fit the certificate")]
    Key(PathBuf, #[source] rustls::Error),
    /// The library refuses its own defaults.
    #[error("TLS cannot be set up")]
    Setup(#[from] rustls::Error),
}

/// Accepts TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1, with the certificate that the files held last.
pub(super) struct Tls {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    current: Arc<Current>,
    acceptor: TlsAcceptor,
}

#[derive(Debug)]
struct Current {
    certified: ArcSwap<CertifiedKey>,
    /// SHA-256 of both files.
    fingerprint: ArcSwap<Vec<u8>>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.certified.load_full())
    }
}

/// What the files hold.
struct Contents {
    cert: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Tls {
    /// Reads the files.
    pub(super) async fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(provider::default_provider());
        let contents = files.read().await?;
        let certified = ArcSwap::from_pointee(files.certified(&contents, &provider)?);
        let current = Arc::new(Current { certified, fingerprint: ArcSwap::from_pointee(contents.fingerprint()) });
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { files, provider, current, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// The handshake.
    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }

    /// Takes what the files hold when they change, and keeps the last that was good.
    pub(super) async fn follow(self: Arc<Self>, interval: Duration, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(interval)).await.is_some() {
            match self.reload().await {
                Ok(true) => tracing::info!("the TLS certificate was replaced"),
                Ok(false) => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "the new TLS certificate cannot be used, the last one stays");
                }
            }
        }
    }

    async fn reload(&self) -> Result<bool, TlsError> {
        let contents = self.files.read().await?;
        let fingerprint = contents.fingerprint();
        if **self.current.fingerprint.load() == fingerprint {
            return Ok(false);
        }
        let certified = self.files.certified(&contents, &self.provider)?;
        self.current.certified.store(Arc::new(certified));
        self.current.fingerprint.store(Arc::new(fingerprint));
        Ok(true)
    }
}

impl Contents {
    fn fingerprint(&self) -> Vec<u8> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&(self.cert.len() as u64).to_be_bytes());
        context.update(&self.cert);
        context.update(&self.key);
        context.finish().as_ref().to_vec()
    }
}

impl TlsFiles {
    async fn read(&self) -> Result<Contents, TlsError> {
        let read =
            async |path: &PathBuf| tokio::fs::read(path).await.map_err(|error| TlsError::Read(path.clone(), error));
        Ok(Contents { cert: read(&self.cert).await?, key: Zeroizing::new(read(&self.key).await?) })
    }

    fn certified(&self, contents: &Contents, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let no_cert = || TlsError::Pem(self.cert.clone(), "certificate");
        let chain = CertificateDer::pem_slice_iter(&contents.cert).collect::<Result<Vec<_>, _>>();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(no_cert)?;
        let key = PrivateKeyDer::from_pem_slice(&contents.key);
        let key = key.map_err(|_| TlsError::Pem(self.key.clone(), "private key"))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| TlsError::Key(self.key.clone(), error))
    }
}
