/**
 * A plain page with what is going on, until Mission Control exists. No script, no state, everything encoded: text
 * from alerts is data of the lowest trust.
 */

import { html } from 'hono/html'
import { toIso } from '../kernel/clock.ts'
import type { Incident } from '../model/incident.ts'
import type { Stopped } from '../ports/kill-switch.ts'
import { page, type Html, type PageParts } from './page-frame.ts'

interface StatusParts {
  readonly incidents: readonly Incident[]
  readonly stopped?: Stopped
  readonly signedIn?: NonNullable<PageParts['signedIn']>
}

export function statusPage({ incidents, stopped, signedIn }: StatusParts): Html {
  const body = html`${stopped === undefined ? '' : html`<p class="notice bad" role="alert">Changes are stopped by ${stopped.name}: ${stopped.reason}</p>`}
    ${incidents.length === 0 ? html`<p>No incidents. Send an alert to <code>/api/v1/webhooks/alertmanager</code>.</p>` : incidentTable(incidents)}
    <p>What waits for a person: <a href="/approvals">approvals</a>. The whole story of an incident: <code>boyd show ID</code>. The API: <a href="/openapi.json">openapi.json</a>.</p>`
  return page({ title: 'Boyd', body, refreshSec: 5, ...(signedIn === undefined ? {} : { signedIn }) })
}

function incidentTable(incidents: readonly Incident[]): Html {
  return html`<div class="wide"><table>
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
  </table></div>`
}
