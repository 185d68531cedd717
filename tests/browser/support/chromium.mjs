// Debian's Chromium, headless, and what every test watches for while it drives it.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'

const PICTURES = fileURLToPath(new URL('../out/', import.meta.url))

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Every rule set that the pages are held to. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export async function launch() {
  await mkdir(PICTURES, { recursive: true })
  return chromium.launch({
    executablePath: process.env.USHER_CHROMIUM ?? '/usr/bin/chromium',
    // The sandbox of Chromium cannot be set up by root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: FLAGS,
  })
}

/**
 * A browser profile of its own. `complaints` collects what no page of ours may cause: violations of the
 * Content-Security-Policy, script errors, requests to somebody else.
 */
export async function profile(browser, { origins, ...options }) {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  const complaints = []
  context.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (/^https?:/.test(protocol) && !origins.includes(origin)) complaints.push(`a request to ${request.url()}`)
  })
  return { context, complaints }
}

/** Runs `work` in a fresh profile and checks afterwards that nothing complained. */
export async function inProfile(browser, options, work) {
  const { context, complaints } = await profile(browser, options)
  try {
    await work(await context.newPage(), context)
    assert.deepEqual(complaints, [])
  } finally {
    await context.close()
  }
}

/** axe finds nothing. */
export async function accessible(page, where) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join('\n  ')}`)
  assert.deepEqual(found, [], `axe at ${where}:\n${found.join('\n')}`)
}

/** Nothing sticks out: WCAG 1.4.10. */
export async function fits(page, where) {
  const [content, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return [scrollWidth, clientWidth]
  })
  assert.ok(content <= window, `${where} is ${content} px wide in a window of ${window}`)
}

export const picture = (page, name) => page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true })
