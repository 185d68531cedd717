//! Bodies of our own forms. That they come from our own pages is checked by the edge (`layers`) and, for the token, here
//! (security.md S3).

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
};

use crate::{
    flow::snapshot::Snapshot,
    http::{
        csrf::{FormOwner, is_form_token},
        error::Trouble,
        oidc::request::is_form,
        state::SharedWeb,
    },
    keys::secret_keys::Purpose,
    oidc::params::{MAX_BYTES, Params},
};

/// Name of the hidden field that carries the token.
const TOKEN: &str = "csrf";

/// The fields of a posted form. Its token is still to be checked: [`Form::is_genuine`].
pub struct Form(Params);

impl Form {
    /// A field, exactly as typed; absent and empty are the same.
    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_default()
    }

    /// Whether a box is ticked or a button was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// Whether the hidden token belongs to this form and this visitor.
    pub fn is_genuine(&self, snapshot: &Snapshot, owner: Option<FormOwner<'_>>, form: &str) -> bool {
        let key = snapshot.secrets.current(Purpose::Csrf).bytes();
        owner.is_some_and(|owner| is_form_token(key.expose(), owner, form, self.field(TOKEN)))
    }
}

impl FromRequest<SharedWeb> for Form {
    type Rejection = Trouble;

    async fn from_request(request: Request, _web: &SharedWeb) -> Result<Self, Trouble> {
        if !is_form(request.headers()) {
            return Err(Trouble::request(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = to_bytes(request.into_body(), MAX_BYTES)
            .await
            .map_err(|_| Trouble::request(StatusCode::PAYLOAD_TOO_LARGE))?;
        Params::parse(&bytes).map(Form).map_err(|_| Trouble::request(StatusCode::BAD_REQUEST))
    }
}
