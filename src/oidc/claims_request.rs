//! The `claims` parameter: claims asked for one by one (OpenID Connect Core §5.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{ErrorCode, OAuthError};

/// More claims than there are; bounds what is stored with a grant.
const MAX_CLAIMS: usize = 100;

/// How one claim is asked for (Core §5.5.1).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ClaimRequest {
    /// Needed for the task at hand; absence is an error for `acr` alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// The values acceptable, from `value` or `values`; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// Claims asked for one by one, by where they are to appear.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// For the ID token.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, ClaimRequest>,
    /// For the UserInfo answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, ClaimRequest>,
}

impl ClaimsRequest {
    /// Reads the parameter. Members that Core does not define are ignored.
    ///
    /// # Errors
    /// `invalid_request` unless it is a JSON object whose `id_token` and `userinfo` are objects of objects or nulls (B20).
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        let Some(text) = text else { return Ok(Self::default()) };
        let mut object: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| invalid("claims is not a JSON object"))?;
        let request =
            Self { id_token: section(object.remove("id_token"))?, userinfo: section(object.remove("userinfo"))? };
        if request.id_token.len() + request.userinfo.len() > MAX_CLAIMS {
            return Err(invalid("claims asks for too many claims"));
        }
        Ok(request)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty()
    }

    /// The only `sub` the client will accept, if it names one (Core §5.5.1, §3.1.2.2).
    pub fn subject(&self) -> Option<&str> {
        self.id_token.get("sub")?.values.first()?.as_str()
    }
}

fn section(value: Option<Value>) -> Result<BTreeMap<String, ClaimRequest>, OAuthError> {
    match value {
        None => Ok(BTreeMap::new()),
        Some(Value::Object(claims)) => {
            claims.into_iter().map(|(name, value)| one(&name, value).map(|request| (name, request))).collect()
        }
        Some(_) => Err(invalid("id_token and userinfo in claims must be objects")),
    }
}

fn one(name: &str, value: Value) -> Result<ClaimRequest, OAuthError> {
    let mut members = match value {
        Value::Null => return Ok(ClaimRequest::default()),
        Value::Object(members) => members,
        _ => return Err(invalid("each claim in claims must be null or an object")),
    };
    let essential = match members.remove("essential") {
        None => false,
        Some(Value::Bool(essential)) => essential,
        Some(_) => return Err(invalid("essential in claims must be a boolean")),
    };
    let values = match (members.remove("value"), members.remove("values")) {
        (None, None) => Vec::new(),
        (Some(value), None) => vec![value],
        (None, Some(Value::Array(values))) if !values.is_empty() => values,
        _ => return Err(invalid("a claim in claims has one value or an array of values")),
    };
    // Dropping a `sub` that cannot be one would lift the restriction.
    if name == "sub" && !matches!(values.as_slice(), [] | [Value::String(_)]) {
        return Err(invalid("sub in claims must be one string"));
    }
    Ok(ClaimRequest { essential, values })
}

fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest, description)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prot_b20_claims_is_an_object_of_objects() {
        for bad in [
            "x",
            "[]",
            "\"x\"",
            "null",
            r#"{"id_token":[]}"#,
            r#"{"userinfo":"x"}"#,
            r#"{"id_token":null}"#,
            r#"{"id_token":{"name":true}}"#,
            r#"{"id_token":{"name":{"essential":"yes"}}}"#,
            r#"{"id_token":{"acr":{"values":"x"}}}"#,
            r#"{"id_token":{"acr":{"values":[]}}}"#,
            r#"{"id_token":{"acr":{"value":"x","values":["x"]}}}"#,
            r#"{"id_token":{"sub":{"value":7}}}"#,
            r#"{"id_token":{"sub":{"values":["a","b"]}}}"#,
        ] {
            assert_eq!(ClaimsRequest::parse(Some(bad)).map_err(|e| e.code()), Err(ErrorCode::InvalidRequest), "{bad}");
        }
        let many: Map<String, Value> = (0..101).map(|n| (format!("c{n}"), Value::Null)).collect();
        assert!(ClaimsRequest::parse(Some(&json!({"userinfo": many}).to_string())).is_err());
    }

    #[test]
    fn prot_b20_what_core_does_not_define_is_ignored() {
        let text = r#"{"id_token":{"sub":{"value":"u1"},"acr":{"essential":true,"values":["a","b"],"x":1}},"userinfo":{"name":null},"y":2}"#;
        let request = ClaimsRequest::parse(Some(text)).unwrap();
        assert_eq!(request.subject(), Some("u1"));
        assert!(request.id_token["acr"].essential);
        assert_eq!(request.id_token["acr"].values, [json!("a"), json!("b")]);
        assert_eq!(request.userinfo["name"], ClaimRequest::default());
        let stored = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).unwrap(), request);
    }
}
