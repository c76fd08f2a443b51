/** The use cases over their parts. Rules live in the stages; here is only who is asked in which order. */

import { required } from '../../kernel/assert.ts'
import { fault } from '../../kernel/fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import { authenticate } from '../../observe/authenticate.ts'
import { readAlertmanager } from '../../observe/sources/alertmanager.ts'
import { reportOf } from '../../audit/report.ts'
import type { Keeper } from '../../audit/keeping/keeper.ts'
import type { Incident } from '../../model/incident.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { KeyRing } from '../../gate/signing.ts'
import { may, type Permission } from '../../model/permission.ts'
import type { Principal } from '../../model/principal.ts'
import type { ClusterBase } from '../../ports/cluster-base.ts'
import type { Redactor } from '../../kernel/redact/redactor.ts'
import type { KillSwitch } from '../../ports/kill-switch.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'
import type { IntakeResult, Store } from '../../ports/store.ts'
import type { Identities } from '../../ports/identities.ts'
import type { PolicySources } from '../policy-sources.ts'
import type { Aside } from '../aside/aside.ts'
import type { Links } from '../approvals/links.ts'
import type { Settings } from '../settings/settings.ts'
import type { Tickets } from '../../ports/tickets.ts'
import { approvalOf, denyByLink, openLink } from './answers.ts'
import { resumeChanges, stopChanges } from './changes.ts'
import { takeSnapshot } from '../../loop/take-snapshot.ts'
import { demand } from './demand.ts'
import { exportIncident } from './export-ledger.ts'
import { follow } from './follow.ts'
import { disablePerson } from './people.ts'
import { proposePolicy } from './propose-policy.ts'
import { createToken, listTokens, revokeToken } from './tokens.ts'
import { takeIn, type IntakeParts } from './take-in.ts'
import type { IncidentDetail, RawWebhook, UseCases } from './use-cases.ts'
import { vote } from './vote.ts'
import { readQuestion, refuseFiles } from './what-if.ts'

export interface UseCaseParts extends IntakeParts {
  readonly identities: Identities
  readonly keys: KeyRing
  readonly policySources: Pick<PolicySources, 'folder' | 'options'>
  readonly killSwitch: KillSwitch
  readonly links: Pick<Links, 'read'>
  readonly settings: Pick<Settings, 'auth' | 'approvals'>
  readonly ledgerStore: LedgerStore
  readonly tickets: Tickets
  /** How the cluster is looked at; absent: it is read anew. */
  readonly base?: ClusterBase
  readonly redactor?: Redactor
  /** Where questions about the future are played. */
  readonly aside: Pick<Aside, 'whatIf'>
  readonly keeper: Pick<Keeper, 'checkpoint' | 'proofs' | 'keys'>
  readonly wallClock: Clock
  readonly webhook: { readonly token: string; readonly hmacSecret?: string }
}

export function createUseCases(parts: UseCaseParts): UseCases {
  const { store, ledgerStore, wallClock } = parts
  const tokenParts = { ...parts, settings: parts.settings.auth }
  return {
    receiveAlertmanager: (webhook, who) => receiveAlertmanager(parts, webhook, who),
    takeIn: (signal) => takeIn(parts, signal),
    incidents: guarded('read', (options) => store.incidents(options)),
    incident: guarded('read', (id) => incidentDetail(parts, id)),
    approvals: guarded('read', (options) => store.approvals(options)),
    approval: guarded('read', (id) => approvalOf(store, id)),
    approvalKeys: guarded('read', () => Promise.resolve(parts.keys.publicKeys)),
    proposePolicy: (who, id) => proposePolicy(parts, who, id),
    openLink: (token) => openLink(parts, token),
    denyByLink: (token, reason) => denyByLink(parts, token, reason),
    vote: (who, request) => vote(parts, who, request),
    createToken: (who, request) => createToken(tokenParts, who, request),
    tokens: (who) => listTokens(tokenParts, who),
    revokeToken: (who, id) => revokeToken(tokenParts, who, id),
    changes: guarded('read', () => parts.killSwitch.stopped()),
    stopChanges: (who, reason) => stopChanges(parts, who, reason),
    resumeChanges: (who, reason) => resumeChanges(parts, who, reason),
    people: guarded('manage-people', () => parts.identities.people()),
    disablePerson: (who, subject, disabled) => disablePerson(parts, who, { subject, disabled }),
    ledgerLines: guarded('read', (fromSeq, limit) => ledgerStore.read(fromSeq, limit)),
    ledgerCheckpoint: guarded('read', () => parts.keeper.checkpoint()),
    exportIncident: async (who, id) => {
      demand(who, 'read')
      return exportIncident(parts, await incidentOf(store, id), who.subject)
    },
    whatIf: guarded('read', async ({ questions, runs, minutes, objects }) =>
      parts.aside.whatIf(readQuestion({ questions, seeds: runs, horizonMs: minutes * 60_000, readManifest: (file) => (file === '-' ? objects : refuseFiles(file)) }), () => takeSnapshot(parts)),
    ),
    follow: (who, options) => {
      demand(who, 'read')
      return follow({ ledgerStore, clock: wallClock }, options)
    },
  }
}

/** A use case that its caller must be permitted to use; a refusal is a rejection, like every other fault. */
function guarded<Args extends readonly unknown[], Result>(permission: Permission, work: (...args: Args) => Promise<Result>): (who: Principal, ...args: Args) => Promise<Result> {
  return async (who, ...args) => {
    demand(who, permission)
    return work(...args)
  }
}

/** The sender shows the webhook's own secret, or is somebody who may send alerts. */
async function receiveAlertmanager(parts: UseCaseParts, webhook: RawWebhook, who: Principal | undefined): Promise<readonly IntakeResult[]> {
  const trust = authenticate({ ...webhook, ...parts.webhook }) ?? (who !== undefined && may(who, 'send-alerts') ? 'secret' : undefined)
  if (trust === undefined) throw fault({ code: 'unauthenticated', operation: 'webhook', message: 'the sender is not known', hint: 'Set http_config.authorization.credentials in Alertmanager to the webhook token, or to a token that may send alerts.' })
  const signals = readAlertmanager({ body: webhook.body, trust, ids: parts.ids, nowMs: parts.clock.now() })
  const results: IntakeResult[] = []
  for (const signal of signals) results.push(await takeIn(parts, signal))
  return results
}

async function incidentDetail(parts: UseCaseParts, id: string): Promise<IncidentDetail> {
  const incident = await incidentOf(parts.store, id)
  const [signals, ticket, approvals, lines] = await Promise.all([
    parts.store.signals(id),
    parts.tickets.ofIncident(id),
    parts.store.approvals({ missionId: incident.missionId }),
    parts.ledgerStore.ofIncident(id),
  ])
  const entries = lines.map((line) => required(JSON.parse(line) as LedgerEntry | null, 'ledger entry'))
  return { incident, signals, approvals, report: reportOf({ incident, entries }), ...(ticket === undefined ? {} : { ticket }) }
}

async function incidentOf(store: Pick<Store, 'incident'>, id: string): Promise<Incident> {
  const incident = await store.incident(id)
  if (incident === undefined) throw fault({ code: 'not-found', operation: 'show incident', subject: id, message: 'there is no such incident', hint: 'boyd incidents lists them.' })
  return incident
}
