//! A password credential as a Keycloak realm export holds it: JSON in JSON.

use ::argon2::{Algorithm, Params};
use serde::Deserialize;

use super::{
    HashError, StoredPassword,
    argon2::Argon2Hash,
    base64, number,
    pbkdf2::{Pbkdf2Hash, Prf},
};

const SCHEME: &str = "Keycloak";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential {
    credential_data: String,
    secret_data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialData {
    algorithm: String,
    hash_iterations: u32,
    #[serde(default)]
    additional_parameters: Argon2Parameters,
}

/// Keycloak writes every parameter as a list with one text.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Argon2Parameters {
    r#type: Vec<String>,
    version: Vec<String>,
    memory: Vec<String>,
    parallelism: Vec<String>,
}

#[derive(Deserialize)]
struct SecretData {
    salt: String,
    value: String,
}

pub(super) fn parse(text: &str) -> Result<StoredPassword, HashError> {
    let credential: Credential = serde_json::from_str(text).map_err(|_| HashError::Unrecognised)?;
    read(&credential).ok_or(HashError::Malformed(SCHEME))
}

fn read(credential: &Credential) -> Option<StoredPassword> {
    let data: CredentialData = serde_json::from_str(&credential.credential_data).ok()?;
    let secret: SecretData = serde_json::from_str(&credential.secret_data).ok()?;
    let (salt, derived) = (base64(&secret.salt)?, base64(&secret.value)?);
    let prf = match data.algorithm.as_str() {
        "pbkdf2" => Prf::Sha1,
        "pbkdf2-sha256" => Prf::Sha256,
        "pbkdf2-sha512" => Prf::Sha512,
        "argon2" => return read_argon2(&data, salt, derived),
        _ => return None,
    };
    Pbkdf2Hash::from_parts(prf, data.hash_iterations, salt, derived).map(StoredPassword::Pbkdf2)
}

fn read_argon2(data: &CredentialData, salt: Vec<u8>, derived: Vec<u8>) -> Option<StoredPassword> {
    let parameters = &data.additional_parameters;
    if parameters.version.first().is_some_and(|version| version != "1.3") {
        return None;
    }
    let algorithm = match parameters.r#type.first()?.as_str() {
        "id" => Algorithm::Argon2id,
        "i" => Algorithm::Argon2i,
        "d" => Algorithm::Argon2d,
        _ => return None,
    };
    let in_range = (8..=64).contains(&salt.len()) && (16..=64).contains(&derived.len());
    let (memory, lanes) = (number(parameters.memory.first()?)?, number(parameters.parallelism.first()?)?);
    let params = Params::new(memory, data.hash_iterations, lanes, Some(derived.len())).ok()?;
    in_range.then(|| StoredPassword::Argon2(Argon2Hash::from_parts(algorithm, params, salt, derived)))
}
