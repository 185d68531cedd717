// node-oidc-provider as bin/bench --peers measures it: same clients, same paths, in memory, nothing durable. Whoever
// comes is signed in at once, so that a session costs no page.

import { generateKeyPairSync, randomUUID } from 'node:crypto'
import Provider from 'oidc-provider'

const port = Number(process.argv[2])
const issuer = `http://localhost:${port}`
const SECRET = 'b3r5yPzkQ0o6nTtXbq2mJw8cV1uEaLdH4sGfKxRiZ7M'
const REDIRECT = 'http://127.0.0.1:9/callback'
const API = 'https://api.example/'

const key = (alg, type, options) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  alg,
  use: 'sig',
  kid: randomUUID(),
})

const clients = ['RS256', 'ES256', 'EdDSA'].flatMap((alg) => [
  {
    client_id: `machine-${alg.toLowerCase()}`,
    client_secret: SECRET,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  },
  ...['portal', 'opaque'].map((name) => ({
    client_id: `${name}-${alg.toLowerCase()}`,
    client_secret: SECRET,
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [REDIRECT],
    id_token_signed_response_alg: alg,
  })),
])

const provider = new Provider(issuer, {
  clients,
  jwks: {
    keys: [
      key('RS256', 'rsa', { modulusLength: 2048 }),
      key('ES256', 'ec', { namedCurve: 'P-256' }),
      key('EdDSA', 'ed25519'),
    ],
  },
  enabledJWA: {
    idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'],
  },
  scopes: ['openid', 'email', 'customer', 'offline_access'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  routes: {
    authorization: '/oauth2/authorize',
    token: '/oauth2/token',
    userinfo: '/oauth2/userinfo',
    introspection: '/oauth2/introspect',
    jwks: '/.well-known/jwks.json',
  },
  cookies: { keys: ['not a secret: nothing here is real'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.params.grant_type === 'client_credentials' ? API : undefined),
      getResourceServerInfo: (ctx, resource, client) => ({
        scope: 'permissions',
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: { rs256: 'RS256', es256: 'ES256', eddsa: 'EdDSA' }[client.clientId.split('-')[1]] } },
      }),
    },
  },
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, email: sub, email_verified: true }) }),
  interactions: { url: (ctx, interaction) => `/enter/${interaction.uid}` },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  loadExistingGrant: async (ctx) => {
    const { client, session, provider: { Grant } } = ctx.oidc
    const grant = new Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid email customer offline_access')
    await grant.save()
    return grant
  },
})

let person = 0
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/enter/')) return next()
  const login = { accountId: `person${(person += 1)}@acme.example` }
  await provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false })
  ctx.respond = false
})

provider.listen(port, '127.0.0.1')
