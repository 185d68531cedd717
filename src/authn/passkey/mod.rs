//! Passkeys (WebAuthn Level 3 §7; security.md Q72, Q73; experience.md, Passkey rules). The library draws challenges of
//! 256 bits and verifies; what is stored, and that a challenge works once, is the caller's.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use url::Url;
use uuid::Uuid;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        Credential, CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
        RegisterPublicKeyCredential, WebauthnError,
    },
};

use super::factor::factor_name;

mod aaguid;

/// How long a challenge may be answered (WebAuthn §15.1 recommends five to ten minutes).
pub const CHALLENGE_LIFE: Duration = Duration::from_secs(5 * 60);
/// The longest answer of a browser that is read; real ones take a tenth.
const MAX_ANSWER: usize = 64 * 1024;
/// Passkeys that one person may have.
pub const MAX_PASSKEYS: usize = 20;

/// Passkeys of one site: its host is the relying party's id, its origin the only one that counts.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

/// Why an answer of a browser is refused. The reason is for the log.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// It is not what a browser sends.
    #[error("not an answer of a browser")]
    Malformed,
    /// It does not verify.
    #[error("refused: {0:?}")]
    Refused(WebauthnError),
    /// What is stored cannot be read.
    #[error("stored value cannot be read")]
    Stored,
}

/// What a browser is asked, and what the server keeps to check the answer.
pub struct Ceremony {
    /// For `navigator.credentials`: the JSON form of the options.
    pub options: Value,
    /// For the database, until the answer is there.
    pub state: String,
}

/// A passkey that exists.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Its id, base64url.
    pub credential_id: &'a str,
}

/// Who a passkey is for, as the authenticator shows it.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    /// The user's id: the user handle, which comes back when nobody typed a name.
    pub id: Uuid,
    /// The name that signs in.
    pub user_name: &'a str,
    /// The name for people.
    pub display_name: &'a str,
}

/// A new passkey, to be stored.
pub struct NewPasskey {
    /// Its id, base64url; nobody else may have one of the same id.
    pub credential_id: String,
    /// Public key and all that later answers are checked with.
    pub credential: String,
    /// A name to propose, by the model of the authenticator.
    pub name: Option<String>,
    /// Its private key is copied between devices.
    pub synchronised: bool,
    /// How often it was used, where the authenticator counts.
    pub counter: u32,
}

/// A browser's answer to a request to sign in, read but not verified.
pub struct Assertion(PublicKeyCredential);

/// An answer that verified.
pub struct Asserted {
    /// To be stored in place of what was.
    pub credential: String,
    /// Its private key is copied between devices.
    pub synchronised: bool,
    /// The authenticator's count, 0 where it does not count.
    pub counter: u32,
}

impl Passkeys {
    /// For `public_url`; `None` if its host is an address, which can have no passkeys (WebAuthn §5.1.3 step 7).
    pub fn new(public_url: &str) -> Option<Self> {
        let origin = Url::parse(public_url).ok()?;
        let builder = WebauthnBuilder::new(origin.domain()?, &origin).ok()?;
        builder.timeout(CHALLENGE_LIFE).build().ok().map(Self)
    }

    /// Asks a browser to make a passkey: discoverable, with user verification, on no authenticator that holds one of
    /// `known` already. `vendor` is the name of the site.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn begin_registration(
        &self,
        owner: Owner<'_>,
        vendor: &str,
        known: &[Known<'_>],
    ) -> Result<Ceremony, PasskeyError> {
        let exclude = known.iter().map(|it| credential_id(it.credential_id)).collect::<Option<Vec<_>>>();
        let exclude = exclude.ok_or(PasskeyError::Stored)?;
        let (mut options, state) = self
            .0
            .start_passkey_registration(owner.id, owner.user_name, owner.display_name, Some(exclude))
            .map_err(PasskeyError::Refused)?;
        vendor.clone_into(&mut options.public_key.rp.name);
        let mut options = json(&options)?;
        // The library's passkeys are discoverable if the authenticator likes; ours must be able to stand alone.
        if let Some(Value::Object(selection)) = options.pointer_mut("/publicKey/authenticatorSelection") {
            selection.insert("residentKey".to_owned(), "required".into());
            selection.insert("requireResidentKey".to_owned(), true.into());
        }
        Ok(Ceremony { options, state: text(&state)? })
    }

    /// Checks the browser's answer.
    ///
    /// # Errors
    /// [`PasskeyError`]; the challenge is used up all the same.
    pub fn finish_registration(&self, answer: &str, state: &str) -> Result<NewPasskey, PasskeyError> {
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let state: PasskeyRegistration = serde_json::from_str(state).map_err(|_| PasskeyError::Stored)?;
        let passkey = self.0.finish_passkey_registration(&answer, &state).map_err(PasskeyError::Refused)?;
        let credential = text(&passkey)?;
        let facts = Credential::from(passkey);
        let model = aaguid::of_attestation(&answer.response.attestation_object);
        Ok(NewPasskey {
            credential_id: encoded(&facts.cred_id),
            credential,
            name: model.and_then(aaguid::name).and_then(factor_name),
            synchronised: facts.backup_eligible,
            counter: facts.counter,
        })
    }

    /// Asks a browser to sign with one of `allowed`, or with any passkey of this site if there is none to name.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn begin_authentication(&self, allowed: &[Known<'_>]) -> Result<Ceremony, PasskeyError> {
        let (options, state) = self.0.start_discoverable_authentication().map_err(PasskeyError::Refused)?;
        let mut options = json(&options)?;
        let named: Vec<Value> =
            allowed.iter().map(|it| serde_json::json!({ "type": "public-key", "id": it.credential_id })).collect();
        if let Some(Value::Object(public_key)) = options.get_mut("publicKey") {
            public_key.insert("allowCredentials".to_owned(), named.into());
        }
        // Whether the browser asks at once or in the name field's menu is the page's to say.
        if let Value::Object(options) = &mut options {
            options.remove("mediation");
        }
        Ok(Ceremony { options, state: text(&state)? })
    }

    /// Checks an answer with what is stored of its passkey.
    ///
    /// # Errors
    /// [`PasskeyError`]: another challenge, origin or key, no user verification, a count that went back.
    pub fn finish_authentication(
        &self,
        assertion: &Assertion,
        state: &str,
        stored: &str,
    ) -> Result<Asserted, PasskeyError> {
        let state: DiscoverableAuthentication = serde_json::from_str(state).map_err(|_| PasskeyError::Stored)?;
        let mut passkey: Passkey = serde_json::from_str(stored).map_err(|_| PasskeyError::Stored)?;
        let result = self
            .0
            .finish_discoverable_authentication_v2(&assertion.0, state, &passkey)
            .map_err(PasskeyError::Refused)?;
        passkey.update_credential(&result);
        let credential = text(&passkey)?;
        Ok(Asserted { credential, synchronised: result.backup_eligible(), counter: result.counter() })
    }
}

impl Assertion {
    /// Reads a browser's answer.
    ///
    /// # Errors
    /// [`PasskeyError::Malformed`].
    pub fn read(answer: &str) -> Result<Self, PasskeyError> {
        read(answer).map(Self)
    }

    /// The id of the passkey that signed, base64url.
    pub fn credential_id(&self) -> String {
        encoded(self.0.get_credential_id())
    }

    /// Whose passkey it is, as the authenticator says. A passkey that stands alone always says so.
    pub fn user_handle(&self) -> Option<Uuid> {
        self.0.get_user_unique_id().and_then(|handle| Uuid::from_slice(handle).ok())
    }

    /// Whether the authenticator named a user other than `user`.
    pub fn names_another(&self, user: Uuid) -> bool {
        self.0.get_user_unique_id().is_some_and(|handle| handle != user.as_bytes())
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T, PasskeyError> {
    if answer.len() > MAX_ANSWER {
        return Err(PasskeyError::Malformed);
    }
    serde_json::from_str(answer).map_err(|_| PasskeyError::Malformed)
}

fn json<T: serde::Serialize>(value: &T) -> Result<Value, PasskeyError> {
    serde_json::to_value(value).map_err(|_| PasskeyError::Stored)
}

fn text<T: serde::Serialize>(value: &T) -> Result<String, PasskeyError> {
    serde_json::to_string(value).map_err(|_| PasskeyError::Stored)
}

fn encoded(id: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

fn credential_id(text: &str) -> Option<CredentialID> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn site() -> Passkeys {
        Passkeys::new("https://login.acme.example").unwrap()
    }

    const ANNA: Owner<'static> = Owner { id: Uuid::from_u128(7), user_name: "anna", display_name: "Anna Berg" };

    #[test]
    fn a_site_with_an_address_for_a_host_has_no_passkeys() {
        assert!(Passkeys::new("http://127.0.0.1:8080").is_none());
        assert!(Passkeys::new("http://[::1]:8080").is_none());
        assert!(Passkeys::new("http://localhost:8080").is_some());
    }

    #[test]
    fn a_passkey_is_asked_for_that_can_stand_alone() {
        let known = [Known { credential_id: "AQID" }];
        let ceremony = site().begin_registration(ANNA, "Acme", &known).unwrap();
        let options = &ceremony.options["publicKey"];
        assert_eq!(options["rp"], serde_json::json!({ "name": "Acme", "id": "login.acme.example" }));
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["requireResidentKey"], true);
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["excludeCredentials"][0]["id"], "AQID");
        assert_eq!(options["user"]["name"], "anna");
        assert_eq!(options["attestation"], "none");
    }

    #[test]
    fn sec_q73_challenges_have_256_bits_and_never_come_twice() {
        let mut seen = HashSet::new();
        for _ in 0..50 {
            let begun =
                [site().begin_registration(ANNA, "Acme", &[]).unwrap(), site().begin_authentication(&[]).unwrap()];
            for ceremony in begun {
                let challenge = ceremony.options["publicKey"]["challenge"].as_str().unwrap().to_owned();
                // 43 characters of base64url are 32 bytes.
                assert_eq!(challenge.len(), 43);
                assert!(seen.insert(challenge));
            }
        }
    }

    #[test]
    fn a_request_names_the_passkeys_that_will_do_or_none() {
        let any = site().begin_authentication(&[]).unwrap();
        assert_eq!(any.options["publicKey"]["allowCredentials"], serde_json::json!([]));
        assert_eq!(any.options["publicKey"]["userVerification"], "required");
        assert_eq!(any.options["publicKey"]["rpId"], "login.acme.example");
        assert!(any.options.get("mediation").is_none());
        let one = site().begin_authentication(&[Known { credential_id: "AQID" }]).unwrap();
        assert_eq!(one.options["publicKey"]["allowCredentials"][0]["id"], "AQID");
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        let state = site().begin_registration(ANNA, "Acme", &[]).unwrap().state;
        for answer in ["", "{}", "null", "[]", "{\"id\":\"x\"}", &"x".repeat(MAX_ANSWER + 1)] {
            assert!(matches!(site().finish_registration(answer, &state), Err(PasskeyError::Malformed)));
            assert!(matches!(Assertion::read(answer), Err(PasskeyError::Malformed)));
        }
    }
}
