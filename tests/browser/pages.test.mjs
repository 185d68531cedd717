// Every page in every state: axe, narrow windows, nothing inline, a picture of each in light and dark.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, fits, inProfile, launch, picture } from './support/chromium.mjs'
import { startSite } from './support/site.mjs'

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

/** The links of the gallery in one language, with a name for the picture. */
async function states(page, language) {
  await page.goto(`${site.issuer}/dev/pages`)
  const links = await page.locator('main table a').evaluateAll((all) =>
    all.map((link) => ({ href: link.href, name: link.getAttribute('aria-label') })),
  )
  const wanted = links.filter(({ name }) => name.endsWith(` ${language}`))
  assert.ok(wanted.length >= 15, `the gallery holds every page in ${language}`)
  return wanted.map(({ href, name }) => ({ href, name: name.replace(/[^\w-]+/g, '-') }))
}

/** Opens a state. The page that posts itself away must stay for once: it is shown without its script. */
async function show(page, { href, name }) {
  if (name.startsWith('form_post')) await page.route(/\.js$/, (route) => route.fulfill({ body: '' }))
  const response = await page.goto(href)
  await page.unrouteAll()
  return response
}

const INLINE = /<style|\sstyle=|\son[a-z]+=|javascript:/i

for (const colorScheme of ['light', 'dark']) {
  test(`every page in every state is accessible, ${colorScheme}`, () =>
    inProfile(browser, { origins: site.origins, colorScheme }, async (page) => {
      for (const state of await states(page, 'en')) {
        const { name } = state
        const response = await show(page, state)
        assert.doesNotMatch(await response.text(), INLINE, name)
        await page.setViewportSize({ width: 1280, height: 800 })
        await accessible(page, `${name}, ${colorScheme}, 1280 px`)
        await picture(page, `${name}-${colorScheme}`)
        await page.setViewportSize({ width: 320, height: 640 })
        await fits(page, `${name}, ${colorScheme}`)
        await accessible(page, `${name}, ${colorScheme}, 320 px`)
        if (colorScheme === 'light') await picture(page, `${name}-320`)
      }
    }))
}

for (const language of ['de', 'fr', 'sv']) {
  test(`every page fits a narrow window in ${language}`, () =>
    inProfile(browser, { origins: site.origins, viewport: { width: 320, height: 640 } }, async (page) => {
      for (const state of await states(page, language)) {
        await show(page, state)
        assert.equal(await page.locator('html').getAttribute('lang'), language, state.name)
        await fits(page, state.name)
      }
    }))
}

test('buttons can be hit: 44 px for the main one, 24 px for all', () =>
  inProfile(browser, { origins: site.origins, viewport: { width: 320, height: 640 } }, async (page) => {
    for (const state of await states(page, 'en')) {
      await show(page, state)
      for (const button of await page.locator('.btn, .card-button').all()) {
        const box = await button.boundingBox()
        if (!box) continue
        const least = (await button.evaluate((element) => element.matches('.btn-primary'))) ? 44 : 24
        assert.ok(Math.round(box.height) >= least, `${state.name}: ${await button.innerText()} is ${box.height} px high`)
      }
    }
  }))

test('text spacing of WCAG 1.4.12 clips nothing', () =>
  inProfile(browser, { origins: site.origins, viewport: { width: 320, height: 640 }, bypassCSP: true }, async (page) => {
    for (const state of await states(page, 'en')) {
      await show(page, state)
      await page.addStyleTag({
        content: '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}',
      })
      await fits(page, `${state.name} with spacing`)
    }
  }))
