//! An authenticator in software: one passkey that can be told to misbehave. ES256, attestation "none" (WebAuthn §6).

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};
use uuid::Uuid;

/// A passkey and how it behaves.
pub struct SoftPasskey {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user_handle: Vec<u8>,
    /// What the browser says of the page it is on.
    pub origin: String,
    /// Model.
    pub aaguid: Uuid,
    /// Signature count; 0: it does not count.
    pub counter: u32,
    /// Whether it verified its user.
    pub verifies_user: bool,
    /// Whether its key is copied between devices.
    pub synchronised: bool,
    /// Whether it says whose it is.
    pub names_its_user: bool,
}

impl SoftPasskey {
    pub fn new() -> Self {
        let id: [u8; 32] = std::array::from_fn(|_| rand_byte());
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: id.to_vec(),
            user_handle: Vec::new(),
            origin: crate::support::app::ISSUER.to_owned(),
            aaguid: uuid::uuid!("d548826e-79b4-db40-a3d8-11116f7e8349"),
            counter: 0,
            verifies_user: true,
            synchronised: true,
            names_its_user: true,
        }
    }

    /// The id that the server keeps.
    pub fn credential_id(&self) -> String {
        B64.encode(&self.id)
    }

    /// `navigator.credentials.create(options).toJSON()`.
    pub fn create(&mut self, options: &Value) -> String {
        let options = &options["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        let excluded = options["excludeCredentials"].as_array().into_iter().flatten();
        assert!(!excluded.into_iter().any(|it| it["id"] == self.credential_id().as_str()), "InvalidStateError");
        self.user_handle = B64.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let client_data = self.client_data("webauthn.create", options);
        let public = self.key.public_key().as_ref().to_vec();
        let (x, y) = (&public[1..33], &public[33..65]);
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let attested = [self.aaguid.as_bytes(), &length[..], &self.id, &cose].concat();
        let data = [self.head(options["rp"]["id"].as_str().unwrap(), 0x40), attested].concat();
        let object =
            [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"[..], &[u8::try_from(data.len()).unwrap()], &data]
                .concat();
        json!({
            "id": self.credential_id(), "rawId": self.credential_id(), "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": {
                "attestationObject": B64.encode(object), "clientDataJSON": B64.encode(client_data),
                "transports": ["internal", "hybrid"],
            },
            "clientExtensionResults": { "credProps": { "rk": true } },
        })
        .to_string()
    }

    /// `navigator.credentials.get(options).toJSON()`.
    pub fn get(&mut self, options: &Value) -> String {
        let options = &options["publicKey"];
        let allowed: Vec<&Value> = options["allowCredentials"].as_array().unwrap().iter().collect();
        assert!(allowed.is_empty() || allowed.iter().any(|it| it["id"] == self.credential_id().as_str()));
        if self.counter > 0 {
            self.counter += 1;
        }
        self.sign(options)
    }

    fn sign(&self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.head(options["rpId"].as_str().unwrap(), 0);
        let signed = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let handle = self.names_its_user.then(|| B64.encode(&self.user_handle));
        json!({
            "id": self.credential_id(), "rawId": self.credential_id(), "type": "public-key",
            "response": {
                "authenticatorData": B64.encode(data), "clientDataJSON": B64.encode(client_data),
                "signature": B64.encode(signature.as_ref()), "userHandle": handle,
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let (challenge, origin) = (&options["challenge"], &self.origin);
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false }).to_string()
    }

    /// Hash of the relying party's id, flags, count (WebAuthn §6.1).
    fn head(&self, rp_id: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies_user { 0x04 } else { 0 };
        let synchronised = if self.synchronised { 0x18 } else { 0 };
        let flags = 0x01 | verified | synchronised | more;
        [digest(&SHA256, rp_id.as_bytes()).as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }
}

fn rand_byte() -> u8 {
    let mut byte = [0];
    aws_lc_rs::rand::fill(&mut byte).unwrap();
    byte[0]
}
