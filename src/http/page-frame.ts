/** What every page has in common: no script, one style whose digest the policy names, everything encoded. */

import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 22%, transparent); --accent: light-dark(#0b5cad, #7cb8ff); --danger: light-dark(#a4161a, #ff9b9b); }
body { max-width: 62rem; margin: 0 auto; padding: 1rem 1rem 3rem; overflow-wrap: anywhere; }
header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; flex-wrap: wrap; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
h1 { font-size: 1.4rem; margin: .6rem 0; } h2 { font-size: 1.05rem; margin: 1.2rem 0 .3rem; }
a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.state { white-space: nowrap; } .wide { overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .5rem 0; } dt { opacity: .75; } dd { margin: 0; }
pre { white-space: pre-wrap; background: color-mix(in srgb, currentColor 7%, transparent); padding: .8rem; border-radius: .4rem; font: .9rem/1.45 ui-monospace, monospace; }
form { display: grid; gap: .6rem; max-width: 34rem; margin: .8rem 0; } label { display: grid; gap: .2rem; }
input, textarea { font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; }
button, .button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.2rem; border: 2px solid var(--accent); border-radius: .4rem; background: transparent; color: var(--accent); cursor: pointer; text-decoration: none; display: inline-block; text-align: center; }
button.yes { background: var(--accent); color: light-dark(#fff, #111); } button.no { border-color: var(--danger); color: var(--danger); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.notice { border-left: 4px solid var(--accent); padding: .3rem .8rem; margin: .8rem 0; } .notice.bad { border-color: var(--danger); }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem } button, .button { width: 100%; } }
`

/** For `style-src`: this style and no other. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

export interface PageParts {
  readonly title: string
  readonly body: Html
  /** Who is signed in, and what the form that signs out needs. */
  readonly signedIn?: { readonly name: string; readonly csrf: string }
  readonly refreshSec?: number
}

export function page({ title, body, signedIn, refreshSec }: PageParts): Html {
  const refresh = refreshSec === undefined ? '' : html`<meta http-equiv="refresh" content="${refreshSec}" />`
  const who = signedIn === undefined ? '' : html`<form method="post" action="/logout"><input type="hidden" name="csrf" value="${signedIn.csrf}" /><button>Sign out ${signedIn.name}</button></form>`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refresh}
        <title>${title}</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <header><h1>${title}</h1>${who}</header>
        <main>${body}</main>
      </body>
    </html>`
}
