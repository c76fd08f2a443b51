/**
 * Words that policies compare, compared with how they are written. Cedar compares byte for byte: a rule about "restricted"
 * does not match "Restricted", and the answer would be the milder one. Here the answer is no.
 */

import { AUTONOMY_LEVELS } from '../model/playbook.ts'
import type { CedarRequest } from './cedar-request.ts'

const WORD = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

const MANAGERS = ['none', 'helm', 'argo-cd', 'flux', 'operator']

/** Which word is not written as policies write it, as a sentence; undefined when all are. */
export function flawOfWords({ context, entities }: CedarRequest): string | undefined {
  const { target, playbook } = context
  const environment = entities.find((entity) => entity.uid.type === 'Boyd::Cluster')?.attrs['environment']
  const words = { environment, 'target.environment': target.environment, 'target.tier': target.tier, 'target.dataClass': target.dataClass }
  const [odd] = Object.entries(words).filter(([, word]) => typeof word !== 'string' || !WORD.test(word))
  if (odd !== undefined) return `${odd[0]} is ${JSON.stringify(odd[1])}, not a word in lower case`
  if (!MANAGERS.includes(target.managedBy)) return `target.managedBy is ${JSON.stringify(target.managedBy)}`
  if (target.gitOps !== ['argo-cd', 'flux'].includes(target.managedBy)) return `target.gitOps is ${String(target.gitOps)}, managed by ${target.managedBy}`
  return (AUTONOMY_LEVELS as readonly string[]).includes(playbook.level) ? undefined : `playbook.level is ${JSON.stringify(playbook.level)}`
}
