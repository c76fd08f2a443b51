/**
 * A plain page with what is going on, until Mission Control exists. No script, no state, everything encoded: text
 * from alerts is data of the lowest trust.
 */

import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { toIso } from '../kernel/clock.ts'
import type { Incident } from '../model/incident.ts'

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top; }
  .state { white-space: nowrap; }
`

export function statusPage(incidents: readonly Incident[]): HtmlEscapedString | Promise<HtmlEscapedString> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta http-equiv="refresh" content="5" />
        <title>Boyd</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>Boyd</h1>
        ${incidents.length === 0 ? html`<p>No incidents. Send an alert to <code>/api/v1/webhooks/alertmanager</code>.</p>` : incidentTable(incidents)}
        <p>The whole story of an incident: <code>boyd show ID</code>. The API: <a href="/openapi.json">openapi.json</a>.</p>
      </body>
    </html>`
}

function incidentTable(incidents: readonly Incident[]): HtmlEscapedString | Promise<HtmlEscapedString> {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Opened</th>
        <th scope="col">State</th>
        <th scope="col">P</th>
        <th scope="col">Incident</th>
      </tr>
    </thead>
    <tbody>
      ${incidents.map(
        (incident) => html`<tr>
          <td><time datetime="${toIso(incident.openedAtMs)}">${toIso(incident.openedAtMs).slice(0, 19).replace('T', ' ')} UTC</time></td>
          <td class="state">${incident.state}</td>
          <td>${incident.severity}</td>
          <td>${incident.title}<br /><small>${incident.id}: ${incident.summary}</small></td>
        </tr>`,
      )}
    </tbody>
  </table>`
}
