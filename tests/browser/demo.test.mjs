// From one command to a signed-in portal: the demo and its relying party, with and without JavaScript.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, fits, inProfile, launch, picture } from './support/chromium.mjs'
import { startDemo } from './support/demo.mjs'
import { fillIn } from './support/site.mjs'

let browser
let demo
before(async () => {
  demo = await startDemo()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** The password that the demo prints, and a login that it prints with a word of its note. */
const password = () => /password of all: (\S+)/.exec(demo.output())[1]
const login = (words) => {
  const line = demo.output().split('\n').find((text) => text.includes('@') && text.includes(words))
  return { username: /\S+@\S+/.exec(line)[0], password: password() }
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  test(`a person of two companies signs in at the portal, refreshes, switches and signs out, ${how}`, () =>
    inProfile(browser, { origins: demo.origins, javaScriptEnabled }, async (page) => {
      await page.goto(demo.portal)
      await page.locator('#signin').click()
      await fillIn(page, login('chooses'))
      await page.locator('.choice', { hasText: 'Beta Oy' }).locator('label').click()
      await page.locator('#customer-submit').click()
      await page.locator('#who').waitFor()
      assert.equal(await page.locator('#who').innerText(), 'Anna Berg')
      assert.equal(await page.locator('#company-code').innerText(), 'BETA')
      if (javaScriptEnabled) {
        console.log(`from the command to a signed-in portal: ${Math.round(performance.now() - demo.began)} ms`)
        await accessible(page, 'the portal')
        await picture(page, 'demo-portal')
        await page.setViewportSize({ width: 320, height: 640 })
        await fits(page, 'the portal')
      }

      await page.locator('#refresh').click()
      await page.waitForFunction(() => document.querySelector('#refreshed')?.textContent === '1')
      assert.equal(await page.locator('#company-code').innerText(), 'BETA')

      await page.locator('#switch').click()
      const others = page.locator('#account-continue')
      await page.locator('#customer-submit, #account-continue').first().waitFor()
      if (await others.count()) await others.click()
      await page.locator('.choice', { hasText: 'Acme AB' }).locator('label').click()
      await page.locator('#customer-submit').click()
      await page.locator('#who').waitFor()
      assert.equal(await page.locator('#company-code').innerText(), 'ACME')

      await page.locator('#signout').click()
      await page.locator('#signed-out').waitFor()
      await page.locator('#signin').click()
      await page.locator('#signin-submit').waitFor()
    }))

  test(`a person without access is told so and the portal learns it, ${how}`, () =>
    inProfile(browser, { origins: demo.origins, javaScriptEnabled }, async (page) => {
      await page.goto(demo.portal)
      await page.locator('#signin').click()
      await fillIn(page, login('without access'))
      await page.locator('#error-back').click()
      await page.locator('#error-title').waitFor()
      assert.equal(await page.locator('#error-code').innerText(), 'access_denied')
    }))
}

test('the outbox and the gallery of pages are there and accessible', () =>
  inProfile(browser, { origins: demo.origins }, async (page) => {
    for (const path of ['/dev/outbox', '/dev/pages']) {
      const answer = await page.goto(`${demo.issuer}${path}`)
      assert.equal(answer.status(), 200)
      await accessible(page, path)
    }
  }))
