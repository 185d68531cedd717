// An Usher with one vendor on it, and a portal that only shows where it was sent.

import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { startUsher } from '../../clients/support/server.mjs'

export const anna = { username: 'anna@acme.example', password: 'violet anchor 71 meadow' }
/** Works for nine companies, so that the chooser can be searched. */
export const bo = { username: 'bo@wholesale.example', password: 'copper lantern 38 glacier' }
/** Works for none. */
export const carl = { username: 'carl@nowhere.example', password: 'silver harbour 55 thicket' }

const COMPANIES = ['Acme', 'Beta', 'Cedar', 'Delta', 'Elm', 'Fjord', 'Gamma', 'Harbour', 'Indigo']
const code = (company) => company.toUpperCase()

const client = (id, redirect, lines) => `
[[client]]
client_id = "${id}"
client_name = "${id[0].toUpperCase()}${id.slice(1)}"
token_endpoint_auth_method = "none"
redirect_uris = ["${redirect}"]
post_logout_redirect_uris = ["${new URL('/bye', redirect)}"]
client_uri = "${new URL('/', redirect)}"
grant_types = ["authorization_code", "refresh_token"]
scope = "openid profile email customer offline_access"
${lines}`

const user = ({ username, password }, given, family) => `
[[user]]
userName = "${username}"
name = { givenName = "${given}", familyName = "${family}" }
emails = [{ value = "${username}", primary = true, verified = true }]
password = "${password}"
`

const reference = (company, { username }) => `
[[reference]]
customer = "${code(company)}"
user = "${username}"
internetUser = true
`

const seed = (redirect) => `
[settings]
"password.hash_memory_kib" = 1024
"password.hash_passes" = 1
${COMPANIES.map((company) => `\n[[customer]]\ncode = "${code(company)}"\ndisplayName = "${company} AB"\n`).join('')}
${user(anna, 'Anna', 'Berg')}${user(bo, 'Bo', 'Lind')}${user(carl, 'Carl', 'Holm')}
${reference('Acme', anna)}${COMPANIES.map((company) => reference(company, bo)).join('')}
${client('shop', redirect, 'environment = "production"\nconsent = "none"\nfirst_party = true')}
${client('vault', redirect, 'environment = "production"\nconsent = "none"\nfirst_party = true\nsettings = { "mfa.policy" = "required" }')}
${client('partner', redirect, 'environment = "production"\nconsent = "always"')}
${client('workshop', redirect, 'environment = "development"\nconsent = "none"\nfirst_party = true')}
`

/** Starts a portal that answers every request with a page, and an Usher that knows it. */
export async function startSite() {
  const portal = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end('<!doctype html><html lang="en"><title>Portal</title><main><h1>Portal</h1></main></html>')
  })
  await new Promise((resolve) => portal.listen(0, '127.0.0.1', resolve))
  const home = `http://127.0.0.1:${portal.address().port}`
  const redirect = `${home}/callback`
  const usher = await startUsher(seed(redirect)).catch((error) => {
    portal.close()
    throw error
  })
  return {
    issuer: usher.issuer,
    home,
    redirect,
    origins: [usher.issuer, home],
    stop: async () => {
      portal.closeAllConnections()
      portal.close()
      await usher.stop()
    },
    /** An authorization request; `state` tells the tabs apart. */
    authorize: (parameters = {}) => {
      const challenge = createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url')
      const query = new URLSearchParams({
        client_id: 'shop',
        redirect_uri: redirect,
        response_type: 'code',
        scope: 'openid profile email customer',
        state: 'one',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...parameters,
      })
      return `${usher.issuer}/oauth2/authorize?${query}`
    },
  }
}

/** Fills in the sign-in page and sends it. */
export async function fillIn(page, { username, password }) {
  const field = page.locator('#username')
  if (await field.isEditable()) await field.fill(username)
  await page.locator('#password').fill(password)
  await page.locator('#signin-submit').click()
}

/** Waits until the browser is back at the portal, and says with what. */
export async function landed(page, site) {
  await page.waitForURL((url) => url.href.startsWith(site.redirect))
  return new URL(page.url()).searchParams
}
