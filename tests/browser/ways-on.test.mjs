// Several tabs, the back button, an attempt that is gone, cookies that are lost: there is always a way on.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { accessible, inProfile, launch } from './support/chromium.mjs'
import { anna, fillIn, landed, startSite } from './support/site.mjs'

let browser
let site
before(async () => {
  site = await startSite()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await site?.stop()
})

const drive = (work, more = {}) => inProfile(browser, { origins: [...site.origins, ...(more.origins ?? [])] }, work)

/** Goes on from wherever a page leaves a person, by its main link or its form, until the portal is reached. */
async function goOn(page) {
  for (let step = 0; step < 5 && !page.url().startsWith(site.home); step += 1) {
    if (await page.locator('#signin-submit').count()) await fillIn(page, anna)
    else await page.locator('main a.btn-primary, #account-continue').first().click()
    await page.waitForLoadState()
  }
  assert.ok(page.url().startsWith(site.home), `stuck at ${page.url()}`)
}

test('three tabs: each ends at the portal with its own state', () =>
  drive(async (first, context) => {
    const [second, third] = [await context.newPage(), await context.newPage()]
    for (const [page, state] of [[first, 'one'], [second, 'two'], [third, 'three']]) {
      await page.goto(site.authorize({ state }))
    }
    await fillIn(second, anna)
    assert.equal((await landed(second, site)).get('state'), 'two')
    for (const [page, state] of [[first, 'one'], [third, 'three']]) {
      await fillIn(page, anna)
      await goOn(page)
      assert.equal(new URL(page.url()).searchParams.get('state'), state)
      assert.ok(new URL(page.url()).searchParams.get('code'))
    }
  }))

test('the back button after signing in leads on', () =>
  drive(async (page) => {
    await page.goto(site.authorize())
    await fillIn(page, anna)
    await landed(page, site)
    await page.goBack()
    await page.locator('h1').waitFor()
    if (!page.url().startsWith(site.home)) await accessible(page, 'the page behind the back button')
    await goOn(page)
  }))

test('a form sent twice is answered once and leads on', () =>
  drive(async (page) => {
    await page.goto(site.authorize())
    await page.locator('#username').fill(anna.username)
    await page.locator('#password').fill(anna.password)
    await page.locator('#signin-submit').dblclick()
    assert.ok((await landed(page, site)).get('code'))
  }))

test('an attempt that does not exist says how to go on', () =>
  drive(async (page) => {
    await page.goto(`${site.issuer}/signin?a=doesnotexist`)
    assert.match(await page.locator('main').innerText(), /took too long/)
    await accessible(page, 'an unknown attempt')
  }))

test('an attempt of another browser is not shown', async () => {
  let stolen
  await drive(async (page) => {
    await page.goto(site.authorize())
    stolen = page.url()
  })
  await drive(async (page) => {
    await page.goto(stolen)
    assert.equal(await page.locator('#signin-submit').count(), 0)
    await accessible(page, "another browser's attempt")
  })
})

test('cookies lost between page and form: the person starts again and arrives', () =>
  drive(async (page, context) => {
    await page.goto(site.authorize())
    await context.clearCookies()
    await fillIn(page, anna)
    await page.locator('h1').waitFor()
    await accessible(page, 'a lost cookie')
    if (!(await page.locator('main a.btn-primary, #signin-submit').count())) await page.goto(site.home)
    await goOn(page)
  }))

test('an authorization request posted from another site carries the session along', async () => {
  const elsewhere = createServer((request, response) => {
    const fields = [...new URL(site.authorize({ prompt: 'none', state: 'posted' })).searchParams]
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><form method="post" action="${site.issuer}/oauth2/authorize">
      ${fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('')}
      <button id="go">Go</button></form>`)
  })
  await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${elsewhere.address().port}`
  try {
    const work = async (page) => {
      await page.goto(site.authorize())
      await fillIn(page, anna)
      await landed(page, site)
      await page.goto(origin)
      await page.locator('#go').click()
      const answer = await landed(page, site)
      assert.equal(answer.get('state'), 'posted')
      assert.ok(answer.get('code'))
    }
    await drive(work, { origins: [origin] })
  } finally {
    elsewhere.closeAllConnections()
    elsewhere.close()
  }
})
