//! What every handler reaches.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    authn::acr::Acr,
    base::etag::etag,
    flow::{node::Node, outbox::postman::Postman},
    http::{cookies::Cookies, layers::limits::AddressLimits},
    oidc::{
        client::SigningAlg,
        discovery::{Facts, Metadata},
    },
    theme::Theme,
};

/// The state of the router.
pub struct Web {
    /// Use cases run on it.
    pub node: Arc<Node>,
    /// Pages.
    pub theme: Arc<Theme>,
    /// What is mailed.
    pub postman: Arc<Postman>,
    /// Cookies in the form that `public_url` demands.
    pub cookies: Cookies,
    /// Limits per address, shared with the edge.
    pub limits: Arc<AddressLimits>,
    /// Discovery, by the highest class that somebody can reach.
    metadata: [Document; Acr::ALL.len()],
    /// How people reach this node.
    pub surroundings: Surroundings,
}

/// As axum passes it around.
pub type SharedWeb = Arc<Web>;

/// How people reach this node.
#[derive(Clone, Copy, Default)]
pub struct Surroundings {
    /// Shows the ribbon of `usher demo`.
    pub demo: bool,
    /// Mail is captured on loopback: `/dev/outbox` and `/dev/pages` exist.
    pub dev_pages: bool,
}

/// A prebuilt JSON document with its entity tag.
pub struct Document {
    /// The body.
    pub body: Bytes,
    /// Strong entity tag, with its quotes.
    pub etag: String,
}

impl Web {
    /// Puts the state together.
    pub fn new(postman: Arc<Postman>, limits: Arc<AddressLimits>, surroundings: Surroundings) -> Self {
        let (node, theme) = (Arc::clone(postman.node()), Arc::clone(postman.theme()));
        let metadata = Acr::ALL.map(|highest| {
            let acr_values: Vec<Acr> = Acr::ALL.into_iter().filter(|acr| *acr <= highest).collect();
            let facts = Facts {
                issuer: &node.issuer,
                acr_values: &acr_values,
                ui_locales: theme.locales(),
                signing_algs: &[SigningAlg::RS256, SigningAlg::ES256, SigningAlg::EdDSA],
            };
            let body = Bytes::from(serde_json::to_vec(&Metadata::new(&facts)).unwrap_or_default());
            Document { etag: etag(&body), body }
        });
        let cookies = Cookies::new(node.issuer.starts_with("https://"));
        Self { node, theme, postman, cookies, limits, metadata, surroundings }
    }

    /// Discovery, where `highest` is the highest class that somebody can reach.
    pub fn metadata(&self, highest: Acr) -> &Document {
        let [pwd, two_step, mfa, phishing_resistant] = &self.metadata;
        match highest {
            Acr::Pwd => pwd,
            Acr::TwoStep => two_step,
            Acr::Mfa => mfa,
            Acr::PhishingResistant => phishing_resistant,
        }
    }
}
