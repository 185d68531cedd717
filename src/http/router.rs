//! Every route, in one readable list.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Method},
    middleware,
    response::Response,
    routing::{MethodRouter, get, post},
};
use tower_http::cors::CorsLayer;

use super::{
    account::{
        activity, applications, change_password, customers, data, email, enrol_link, factor as own_factor, forgot,
        invite, licences, link_action, methods, overview, phone, profile, sessions, set_password, setup,
    },
    api::templates,
    assets, cors, dev, error,
    layers::{Edge, Rejection, edge},
    oidc::{authorize, discovery, end_session, introspect, revoke, token, user_info},
    signin::{
        choose_account, choose_customer, code, consent, enrol, factor, passkey, recovery, restart, sign_in, sign_out,
    },
    state::SharedWeb,
};

/// The public routes, with everything that a request passes before and after its handler.
pub fn router(web: SharedWeb, edge_parts: Arc<Edge>, probes: Router) -> Router {
    // Only people get pages: what programs call answers in JSON by itself.
    let for_people = front_channel().merge(pages()).merge(account()).merge(development(&web));
    for_people
        .layer(middleware::from_fn_with_state(Arc::clone(&web), error::render))
        .merge(protocol(&web))
        .merge(administration())
        .merge(probes.with_state(()))
        .fallback(async || Rejection::NotFound)
        .method_not_allowed_fallback(async || Rejection::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(edge_parts, edge))
        .with_state(web)
}

/// Where relying parties send browsers.
fn front_channel() -> Router<SharedWeb> {
    Router::new()
        .route("/oauth2/authorize", get(authorize::get).post(authorize::post))
        .route("/oauth2/logout", get(end_session::get).post(end_session::post))
}

/// What programs call.
fn protocol(web: &SharedWeb) -> Router<SharedWeb> {
    let posts = || cors::registered([Method::POST], registered(web));
    let reads = cors::registered([Method::GET, Method::POST], registered(web));
    // The router's own answer to another method would take the place of the preflight's.
    let scripted = |methods: MethodRouter<SharedWeb>, cors: CorsLayer| {
        methods.fallback(async || Rejection::MethodNotAllowed).layer(cors)
    };
    Router::new()
        .route("/.well-known/openid-configuration", scripted(get(discovery::metadata), cors::public()))
        .route("/.well-known/oauth-authorization-server", scripted(get(discovery::metadata), cors::public()))
        .route("/.well-known/jwks.json", scripted(get(discovery::jwks), cors::public()))
        .route("/oauth2/token", scripted(post(token::post), posts()))
        .route("/oauth2/userinfo", scripted(get(user_info::any).post(user_info::any), reads))
        .route("/oauth2/introspect", post(introspect::post))
        .route("/oauth2/revoke", scripted(post(revoke::post), posts()))
}

/// Administration that is not SCIM. Each handler takes the permission it needs as an argument.
fn administration() -> Router<SharedWeb> {
    Router::new()
        .route("/api/v1/templates", get(templates::list))
        .route("/api/v1/templates/{name}", get(templates::get).put(templates::put).delete(templates::delete))
        .route("/api/v1/templates/{name}/.preview", post(templates::preview))
        .route("/api/v1/templates/{name}/.test", post(templates::test))
}

/// What people see.
fn pages() -> Router<SharedWeb> {
    Router::new()
        .route("/signin", get(sign_in::get).post(sign_in::post))
        .route("/signin/account", get(choose_account::get).post(choose_account::post))
        .route("/signin/customer", get(choose_customer::get).post(choose_customer::post))
        .route("/signin/factor", get(factor::get).post(factor::post))
        .route("/signin/code", get(code::get).post(code::post))
        .route("/signin/passkey", get(passkey::get).post(passkey::post))
        .route("/signin/passkey/options", post(passkey::options))
        .route("/signin/enrol", get(enrol::get).post(enrol::post))
        .route("/signin/enrol/totp", get(enrol::totp).post(enrol::confirm_totp))
        .route("/signin/enrol/passkey", get(passkey::enrol).post(passkey::enrolled))
        .route("/signin/enrol/passkey/name", get(passkey::ask_name).post(passkey::take_name))
        .route("/signin/recovery", get(recovery::get).post(recovery::post))
        .route("/signin/leave", post(choose_customer::leave))
        .route("/signin/restart", get(restart::get))
        .route("/consent", get(consent::get).post(consent::post))
        .route("/signout", get(sign_out::get).post(sign_out::post))
        .route("/setup", get(setup::get).post(setup::post))
        .route("/invite", get(invite::get).post(invite::post))
        .route("/.well-known/change-password", get(change_password::well_known))
        .route("/password/change", get(change_password::get).post(change_password::post))
        .route("/password/forgot", get(forgot::get).post(forgot::post))
        .route("/password/reset", get(set_password::get).post(set_password::post))
        .route("/enrol", get(enrol_link::get).post(enrol_link::post))
        .route("/unlock", get(link_action::get_unlock).post(link_action::post_unlock))
        .route("/not-me", get(link_action::get_not_me).post(link_action::post_not_me))
        .route("/verify-email", get(link_action::get_verify_email).post(link_action::post_verify_email))
        .route("/verify-email/undo", get(link_action::get_undo_email).post(link_action::post_undo_email))
        .route("/theme/{*path}", get(theme_file))
        .route("/robots.txt", get(async || "User-agent: *\nDisallow: /\n"))
}

/// What people do about their own account. Each handler takes whoever is signed in as an argument.
fn account() -> Router<SharedWeb> {
    Router::new()
        .route("/account", get(overview::get))
        .route("/account/profile", get(profile::get).post(profile::post))
        .route("/account/email", get(email::get).post(email::post))
        .route("/account/phone", get(phone::get).post(phone::post))
        .route("/account/password", get(overview::password))
        .route("/account/mfa", get(methods::get).post(methods::post))
        .route("/account/mfa/totp", get(own_factor::totp).post(own_factor::confirm_totp))
        .route("/account/mfa/passkey", get(own_factor::passkey).post(own_factor::finish_passkey))
        .route("/account/mfa/passkey/options", post(own_factor::passkey_options))
        .route("/account/mfa/recovery", get(own_factor::recovery).post(own_factor::make_codes))
        .route("/account/mfa/{id}", get(own_factor::get).post(own_factor::post))
        .route("/account/sessions", get(sessions::get).post(sessions::post))
        .route("/account/customers", get(customers::get).post(customers::post))
        .route("/account/applications", get(applications::get).post(applications::post))
        .route("/account/licences", get(licences::get))
        .route("/account/activity", get(activity::get).post(activity::post))
        .route("/account/data", get(data::get).post(data::post))
}

/// Only where mail is captured on loopback.
fn development(web: &SharedWeb) -> Router<SharedWeb> {
    if !web.surroundings.dev_pages {
        return Router::new();
    }
    Router::new()
        .route("/dev/outbox", get(dev::outbox::list))
        .route("/dev/outbox/{id}", get(dev::outbox::message))
        .route("/dev/outbox/{id}/html", get(dev::outbox::html))
        .route("/dev/pages", get(dev::gallery::list))
        .route("/dev/pages/{page}/{sample}", get(dev::gallery::sample))
}

/// Whether any active client registered this origin (A18).
fn registered(web: &SharedWeb) -> cors::RegisteredOrigin {
    let web = Arc::clone(web);
    Arc::new(move |origin| web.node.allows_cors_origin(origin))
}

async fn theme_file(
    State(web): State<SharedWeb>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    assets::theme_file(&web.theme, &path, &headers)
}
