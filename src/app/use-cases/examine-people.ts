/** The doctor on people: can they come in, can they be told, and does what is configured hold together. Nothing is changed. */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { faultLine, isFault } from '../../kernel/fault.ts'
import { systemClock } from '../../kernel/clock.ts'
import { approves } from '../../model/person.ts'
import { normalSubject } from '../../model/principal.ts'
import { identityProvider } from '../auth/create-auth.ts'
import type { Config } from '../config.ts'
import { readSecretFile } from '../settings/read-secret.ts'
import { readSettings, type Settings } from '../settings/settings.ts'
import { settingsPath } from '../settings/settings-path.ts'
import { slackNotifier } from '../slack/create-slack.ts'
import type { Check } from './doctor.ts'

/** Empty where the settings cannot be read: that is a finding of its own already. */
export async function examinePeople({ config }: { readonly config: Config }): Promise<readonly Check[]> {
  const settings = settingsOf(config)
  if (settings === undefined) return []
  const look: Look = { config, settings, pathOf: (path) => settingsPath(config, path) }
  return [await signIn(look), approvers(look), reach(look), webhook(look), chat(look), keys(look)]
}

interface Look {
  readonly config: Config
  readonly settings: Settings
  pathOf(path: string): string
}

function settingsOf(config: Config): Settings | undefined {
  try {
    return readSettings(config.settingsFile)
  } catch {
    return undefined
  }
}

/** Asks the provider for its description; no secret is sent. */
async function signIn({ settings, pathOf }: Look): Promise<Check> {
  const name = 'sign-in'
  const { oidc } = settings.auth
  if (oidc === undefined) return { name, status: 'ok', detail: 'by tokens; no identity provider is configured (auth.oidc)' }
  try {
    await identityProvider(oidc, { clock: systemClock(), pathOf }).examine()
    const expected = `tokens must be by ${oidc.issuer}, for ${[oidc.clientId, ...(oidc.audience === undefined ? [] : [oidc.audience])].join(' or ')}, signed with ${oidc.algorithms.join(', ')}`
    return { name, status: 'ok', detail: `the identity provider answers; ${expected}` }
  } catch (error) {
    return { name, status: 'failed', detail: isFault(error) ? faultLine(error) : String(error) }
  }
}

function approvers({ settings }: Look): Check {
  const name = 'approvers'
  const { oidc, people, operator } = settings.auth
  const named = people.filter(({ roles }) => approves(roles)).length
  const groups = [...(oidc?.roles.approver ?? []), ...(oidc?.roles.admin ?? [])]
  if (oidc === undefined) return { name, status: 'ok', detail: `the operator of this machine${named > 0 ? `, ${named} people of auth.people` : ''}, and people whom it makes tokens for` }
  if (groups.length === 0 && named === 0) return { name, status: 'failed', detail: 'nobody can approve: no group of the provider gives the role approver or admin (auth.oidc.roles), and auth.people names nobody' }
  const owner = operator.subject === undefined ? '; the operator of this machine may not (auth.operator.subject)' : `; the operator of this machine, as ${operator.subject}`
  return { name, status: 'ok', detail: `${[groups.length > 0 ? `the groups ${groups.join(', ')}` : '', named > 0 ? `${named} people of auth.people` : ''].filter((part) => part !== '').join(', and ')}${owner}` }
}

function reach({ config, settings }: Look): Check {
  const name = 'reach'
  const { publicUrl, oidc } = settings.auth
  const local = ['localhost', '127.0.0.1', '::1'].includes(config.host)
  if (publicUrl !== undefined) return { name, status: 'ok', detail: `people reach Boyd at ${publicUrl}; register ${new URL(publicUrl).origin}/login/callback with the identity provider` }
  if (oidc !== undefined && !local) return { name, status: 'failed', detail: 'nobody can sign in: auth.publicUrl does not say where people reach Boyd' }
  if (!local) return { name, status: 'warning', detail: `it listens on ${config.host}, and any host name is taken: set auth.publicUrl, so that links work and foreign names are refused` }
  return { name, status: 'ok', detail: 'this machine only; messages carry no links without auth.publicUrl' }
}

function webhook({ config }: Look): Check {
  const name = 'alert senders'
  if (config.webhookToken === undefined && !['localhost', '127.0.0.1', '::1'].includes(config.host)) {
    return { name, status: 'warning', detail: "the webhook takes the operator's token over the network: set BOYD_WEBHOOK_TOKEN, or give Alertmanager a token with the scope alerts" }
  }
  return { name, status: 'ok', detail: config.webhookToken === undefined ? "the operator's token, or one with the scope alerts" : 'BOYD_WEBHOOK_TOKEN, or a token with the scope alerts' }
}

function chat(look: Look): Check {
  const name = 'slack'
  const { slack, auth, approvals } = look.settings
  try {
    const notifier = slackNotifier({ settings: slack, clock: systemClock(), pathOf: look.pathOf })
    if (notifier === undefined) return { name, status: 'ok', detail: 'no channels; people find requests with "boyd approvals" and on the page' }
    if (slack.signingSecretFile !== undefined) readSecretFile(look.pathOf(slack.signingSecretFile), 'slack.signingSecretFile')
  } catch (error) {
    return { name, status: 'failed', detail: isFault(error) ? faultLine(error) : String(error) }
  }
  const unknown = Object.values(slack.users).filter((subject) => auth.oidc === undefined && !auth.people.some((person) => normalSubject(person.subject) === normalSubject(subject)))
  if (unknown.length > 0) return { name, status: 'warning', detail: `clicks of ${unknown.join(', ')} count only once they have a token or a row in auth.people` }
  const silent = approvals.notify.length === 0 && approvals.escalation.length === 0
  if (silent) return { name, status: 'warning', detail: 'there are channels, and approvals.notify names none of them: nobody is told' }
  return { name, status: 'ok', detail: `${notifierText(look.settings)}; ${slack.signingSecretFile === undefined ? 'no buttons (slack.signingSecretFile)' : `buttons for ${Object.keys(slack.users).length} people`}` }
}

function notifierText({ approvals }: Settings): string {
  const steps = approvals.escalation.map(({ afterMinutes, notify }) => `${notify.join(', ')} after ${afterMinutes} min`)
  return [approvals.notify.length > 0 ? `${approvals.notify.join(', ')} at once` : '', ...steps].filter((part) => part !== '').join(', then ')
}

function keys({ config, settings, pathOf }: Look): Check {
  const name = 'approval keys'
  const file = settings.approvals.keysFile === undefined ? join(config.home, 'approval-keys.json') : pathOf(settings.approvals.keysFile)
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return { name, status: 'ok', detail: `${file} is made at the first start` }
  const open = (stat.mode & 0o077) !== 0
  return open ? { name, status: 'failed', detail: `${file} can be read by others, who could sign votes: chmod 600 it` } : { name, status: 'ok', detail: `${file}, read by this account only` }
}
