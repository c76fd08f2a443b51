/**
 * What no profile can lower: rules over intents that hold whoever allows the command. A deny is final in every mode; an ask
 * can be waived by a profile that says so, unless it is kept.
 */

import type { Command, Intent } from './intent.ts'
import type { Place } from './place.ts'
import type { CommandRule } from './refusal.ts'

export interface Finding {
  readonly verdict: 'allow' | 'ask' | 'deny'
  readonly rule: CommandRule
  readonly text: string
  /** What it was found in; absent when it is about the whole line. */
  readonly intent?: Intent
  /** An ask that no mode waives: what the command would do is not known. */
  readonly kept?: true
}

/** Commands that speak of rights or of schemas: they name kinds and read no object. */
const WITHOUT_OBJECTS: readonly string[] = ['auth can-i', 'explain']

/** Whoever changes these gives rights away. */
const GUARDED_KINDS: readonly string[] = ['Role', 'RoleBinding', 'ServiceAccount']

const STATEFUL: readonly string[] = ['StatefulSet', 'DaemonSet']

/** Programs that act on objects of the cluster. */
const OF_THE_CLUSTER: readonly string[] = ['kubectl', 'helm']

export function floorsOf(command: Command, place: Place): Finding[] {
  return [...command.intents.flatMap((intent) => floorsOfIntent(intent, place).map((finding) => ({ ...finding, intent }))), ...severalObjects(command)]
}

function floorsOfIntent(intent: Intent, place: Place): Finding[] {
  const secret = intent.kind === 'Secret' && !WITHOUT_OBJECTS.includes(intent.op)
  const onSecrets: Finding[] = secret ? [{ verdict: 'deny', rule: 'secret', text: 'Secrets are neither read nor changed by commands' }] : []
  if (intent.effect === 'read' || !OF_THE_CLUSTER.includes(intent.program)) return onSecrets
  return [...onSecrets, ...denials(intent, place), ...asks(intent)]
}

function denials(intent: Intent, place: Place): Finding[] {
  const { kind = 'object', namespaced, namespace, names, op } = intent
  const findings: Finding[] = []
  if (names.length === 0) findings.push({ verdict: 'deny', rule: 'no-name', text: `${op} would change every ${kind}: name the objects` })
  if (namespaced === true && (namespace === undefined || namespace === '*')) findings.push({ verdict: 'deny', rule: 'no-namespace', text: `${op} of a ${kind} must say its namespace with -n` })
  if (namespace !== undefined && place.protectedNamespaces.includes(namespace)) findings.push({ verdict: 'deny', rule: 'protected-namespace', text: `nothing is changed in ${namespace}` })
  if (namespaced === false && kind !== 'Node') findings.push({ verdict: 'deny', rule: 'cluster-scoped', text: `a ${kind} belongs to the whole cluster` })
  if (GUARDED_KINDS.includes(kind)) findings.push({ verdict: 'deny', rule: 'guarded-kind', text: `a ${kind} gives rights: people change it by other ways` })
  return findings
}

function asks(intent: Intent): Finding[] {
  const { kind = '', op, tags, namespace } = intent
  const findings: Finding[] = []
  if (tags.some((tag) => tag === 'forced' || tag === 'grace-changed' || tag === 'orphans')) findings.push({ verdict: 'ask', rule: 'forced', text: `${op} is asked to go past what usually protects the object` })
  if (/^(?:rollout|scale)/.test(op) && STATEFUL.includes(kind)) findings.push({ verdict: 'ask', rule: 'stateful', text: `a ${kind} does not come back as it was by itself` })
  if (tags.includes('manifest-unread')) findings.push({ verdict: 'ask', rule: 'manifest', text: 'the file is not on this machine: only its path was judged', ...(namespace === undefined ? { kept: true } : {}) })
  return findings
}

/** Counted over the whole line: one object a kind is still several objects. */
function severalObjects({ program, intents }: Command): Finding[] {
  const count = intents.filter(({ effect }) => effect === 'change').reduce((sum, { names }) => sum + names.length, 0)
  const one = program === 'git' || intents.every(({ op }) => op === 'run')
  return count > 1 && !one ? [{ verdict: 'ask', rule: 'several-objects', text: `${count} objects are changed at once` }] : []
}
