// The vendor that the client tests sign in at.

export const REDIRECT = 'http://127.0.0.1:9/callback'
export const SIGNED_OUT = 'http://127.0.0.1:9/signed-out'
export const SECRET = 'correct-horse-battery-staple-of-the-portal'
export const API = 'https://api.portal.example/'

/** One customer. */
export const anna = { username: 'anna@acme.example', password: 'violet anchor 71 meadow' }
/** Two customers, so a company must be chosen. */
export const bo = { username: 'bo@wholesale.example', password: 'copper lantern 38 glacier', customer: 'BETA' }

const client = (id, lines) => `
[[client]]
client_id = "${id}"
client_name = "The ${id}"
redirect_uris = ["${REDIRECT}"]
post_logout_redirect_uris = ["${SIGNED_OUT}"]
environment = "development"
${lines}`

const user = ({ username, password }, given, family) => `
[[user]]
userName = "${username}"
name = { givenName = "${given}", familyName = "${family}" }
emails = [{ value = "${username}", primary = true, verified = true }]
password = "${password}"
`

const reference = (customer, { username }) => `
[[reference]]
customer = "${customer}"
user = "${username}"
internetUser = true
permissions = { "orders.create" = true }
roles = ["buyer"]
`

const SCOPE = 'openid profile email customer permissions roles offline_access'

export const seed = `
[settings]
"password.hash_memory_kib" = 1024
"password.hash_passes" = 1

[[permission]]
key = "orders.create"
label = "Create orders"

[[customer]]
code = "ACME"
displayName = "Acme AB"

[[customer]]
code = "BETA"
displayName = "Beta Oy"
${user(anna, 'Anna', 'Berg')}${user(bo, 'Bo', 'Lind')}
${reference('ACME', anna)}${reference('ACME', bo)}${reference('BETA', bo)}
${client(
  'portal',
  `client_secret = "${SECRET}"
token_endpoint_auth_method = "client_secret_basic"
grant_types = ["authorization_code", "refresh_token"]
response_modes = ["query", "fragment", "form_post"]
scope = "${SCOPE}"
resources = ["${API}"]`,
)}
${client(
  'poster',
  `client_secret = "${SECRET}"
token_endpoint_auth_method = "client_secret_post"
grant_types = ["authorization_code", "refresh_token"]
scope = "${SCOPE}"
access_token_format = "opaque"`,
)}
${client(
  'native',
  `token_endpoint_auth_method = "none"
grant_types = ["authorization_code", "refresh_token"]
id_token_signed_response_alg = "ES256"
access_token_signed_response_alg = "ES256"
scope = "${SCOPE}"
resources = ["${API}"]
consent = "none"
first_party = true`,
)}
[[client]]
client_id = "machine"
client_name = "The machine"
client_secret = "${SECRET}"
token_endpoint_auth_method = "client_secret_basic"
grant_types = ["client_credentials"]
access_token_signed_response_alg = "EdDSA"
resources = ["${API}"]
scope = "permissions"

[[client]]
client_id = "api"
client_name = "The API behind the portal"
client_secret = "${SECRET}"
token_endpoint_auth_method = "client_secret_basic"
grant_types = []
introspects = ["${API}"]
`
