/**
 * The settings file: what is too long for a flag, in one YAML document with a section for each concern. Every section has
 * defaults, so the file may be absent; a key that nobody knows is refused, because a misspelt guard guards nothing.
 */

import { existsSync, readFileSync } from 'node:fs'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { fault } from '../../kernel/fault.ts'
import { approvalSettings } from './approvals.ts'
import { authSettings } from './auth.ts'
import { baseSettings } from './base.ts'
import { commandSettings } from './commands.ts'
import { credentialSettings } from './credentials.ts'
import { ledgerSettings } from './ledger.ts'
import { hookSettings } from './hooks.ts'
import { policySettings } from './policy.ts'
import { slackSettings } from './slack.ts'
import { redactionSettings } from './redaction.ts'
import { scanSettings } from './scan.ts'
import { siteSettings } from './site.ts'

const schema = z.strictObject({
  approvals: approvalSettings.prefault({}),
  auth: authSettings.prefault({}),
  base: baseSettings.prefault({}),
  commands: commandSettings.prefault({}),
  credentials: credentialSettings.prefault({}),
  ledger: ledgerSettings.prefault({}),
  scan: scanSettings.prefault({}),
  site: siteSettings.prefault({}),
  slack: slackSettings.prefault({}),
  policy: policySettings.prefault({}),
  hooks: hookSettings.prefault({}),
  redaction: redactionSettings.prefault({}),
})

export type Settings = z.infer<typeof schema>

/** Reads the file. Fault `not-found` when a named file is not there, `invalid` with the line or the field when it is wrong. */
export function readSettings(file: string | undefined): Settings {
  if (file === undefined) return schema.parse({})
  if (!existsSync(file)) throw fault({ code: 'not-found', operation: 'read settings', subject: file, message: 'there is no such file', hint: 'Name an existing file with --config or BOYD_CONFIG.' })
  const parsed = schema.superRefine(checkChannels).safeParse(documentIn(file) ?? {})
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`)
  throw fault({ code: 'invalid', operation: 'read settings', subject: file, message: problems.join('; '), hint: 'docs/configuration.md lists the sections and their keys.' })
}

/** A channel that is misspelt tells nobody, at night. */
function checkChannels(settings: Settings, context: z.RefinementCtx): void {
  const { notify, escalation } = settings.approvals
  const unknown = [...notify, ...escalation.flatMap((step) => step.notify)].filter((name) => !Object.hasOwn(settings.slack.channels, name))
  for (const name of new Set(unknown)) context.addIssue({ code: 'custom', path: ['approvals'], message: `"${name}" is no channel of slack.channels` })
}

function documentIn(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 })
  } catch (error) {
    const where = error instanceof YAMLParseError ? (error.message.split('\n')[0] ?? '') : String(error)
    throw fault({ code: 'invalid', operation: 'read settings', subject: file, message: where, hint: 'The file must be one YAML document.', cause: error })
  }
}
