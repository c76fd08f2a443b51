/**
 * The words of a question, sorted: names, flags, and which objects the names mean. As kubectl takes them: `deploy/web`,
 * `deploy web`, `deployments.apps/web`; besides, `shop/deploy/web` with the namespace in front.
 */

import { fault, type Fault } from '../../kernel/fault.ts'
import type { NamedThing } from '../../model/what-if.ts'

export interface Words {
  /** The whole question, for what is said about it. */
  readonly text: string
  readonly names: readonly string[]
  readonly flags: ReadonlyMap<string, string>
}

const EXAMPLES = ['drain node/a node/b', 'lose zone/eu-1b', 'lose node/x', 'double deploy/web -n shop', 'scale deploy/web --replicas=6', 'apply -f new.yaml', 'delete node/x', 'rollback deploy/web', 'set image deploy/web app=registry/app:2']

/** What can be asked at all, for a question whose verb says nothing. */
export const FOR_EXAMPLE = `For example: ${EXAMPLES.map((example) => `"${example}"`).join(', ')}.`

/** Said of a question that cannot be read. Without a hint the verb's own usage is the hint. */
export function unclear(text: string, why: string, hint?: string): Fault {
  return fault({ code: 'invalid', operation: 'read question', subject: text, message: why, ...(hint === undefined ? {} : { hint }) })
}

/** Other spellings of a flag. */
const SAME_AS: Readonly<Record<string, string>> = { '--namespace': '-n', '--filename': '-f', '--container': '-c', '--containers': '-c', '-e': '--env' }
const SWITCHES: ReadonlySet<string> = new Set(['--delete-emptydir-data', '--ignore-daemonsets', '--force', '--overwrite'])
const VALUED: ReadonlySet<string> = new Set(['-n', '-f', '-c', '--replicas', '--timeout', '--to-revision', '--grace-period', '--limits', '--requests', '--env', '--from', '--prefix', '--resource'])
/** Flags of kubectl that are left out on purpose, and what to ask instead. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  '--dry-run': 'Nothing is changed anyway: leave it out.',
  '--disable-eviction': 'It deletes past the budgets; ask that with "delete pod/NAME" for the pods you mean.',
  '--selector': 'Name the objects; a selector is not read.',
  '-l': 'Name the objects; a selector is not read.',
  '--pod-selector': 'All pods of a node are drained; ask for single ones with "evict pod/NAME".',
  '--skip-wait-for-delete-timeout': 'A drain waits for every pod that it evicts.',
  '-k': 'Render it with kubectl kustomize, and apply the file.',
  '--record': 'It changes only an annotation: leave it out.',
}

/** `accepted`: the flags that mean something to this verb; any other is refused, not passed over. */
export function sortWords(text: string, words: readonly string[], accepted: readonly string[]): Words {
  const names: string[] = []
  const flags = new Map<string, string>()
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const [written = '', inline] = word.split(/=(.*)/s)
    const flag = SAME_AS[written] ?? written
    if (!word.startsWith('-') || /^-\d+$/.test(word)) names.push(...(word.includes('=') ? [word] : word.split(',').filter((name) => name !== '')))
    else if (!accepted.includes(flag)) throw unclear(text, `the flag ${written} is not known here`, LEFT_OUT[written] ?? (accepted.length === 0 ? 'Leave it out.' : `What can be given: ${accepted.join(', ')}.`))
    else if (SWITCHES.has(flag)) flags.set(flag, inline ?? 'true')
    else if (VALUED.has(flag)) flags.set(flag, joined(text, { flag: written, before: flags.get(flag), value: valueOf(text, written, inline ?? words[(at += 1)]) }))
  }
  return { text, names, flags }
}

/** Between the values of a flag that may be given several times. */
export const BETWEEN = '\n'
const REPEATED: ReadonlySet<string> = new Set(['-f', '--filename'])

function joined(text: string, { flag, before, value }: { readonly flag: string; readonly before: string | undefined; readonly value: string }): string {
  if (before === undefined || before === value) return value
  if (!REPEATED.has(flag)) throw unclear(text, `${flag} is given twice`)
  return `${before}${BETWEEN}${value}`
}

function valueOf(text: string, flag: string, value: string | undefined): string {
  if (value === undefined || value === '') throw unclear(text, `${flag} needs a value`)
  return value
}

const NODE_WORD = /^(nodes?|no)$/i
const ZONE_WORD = /^zones?$/i

/** `node/a node/b`, `a b`, `node a b`. */
export function nodesIn({ names, text }: Words): string[] {
  const [first = '', ...rest] = atLeastOne(names, text)
  const plain = NODE_WORD.test(first) && rest.length > 0 ? rest : names
  return plain.map((name) => {
    const [kind = '', node = '', ...more] = name.includes('/') ? name.split('/') : ['node', name]
    if (NODE_WORD.test(kind) && node !== '' && more.length === 0) return noPattern(node, text)
    throw unclear(text, `${name} is no node; write node/NAME`)
  })
}

/** What a power cut takes: nodes, and zones with all their nodes. */
export function placesIn(words: Words): { readonly nodes: readonly string[]; readonly zones: readonly string[] } {
  const [first = '', ...rest] = atLeastOne(words.names, words.text)
  if (ZONE_WORD.test(first) && rest.length > 0) return { nodes: [], zones: rest }
  const isZone = (name: string): boolean => ZONE_WORD.test(name.split('/')[0] ?? '') && name.includes('/')
  const zones = words.names.filter(isZone).map((name) => name.slice(name.indexOf('/') + 1))
  const others = words.names.filter((name) => !isZone(name))
  return { zones, nodes: others.length === 0 ? [] : nodesIn({ ...words, names: others }) }
}

/** `deploy/web sts/db`, `deploy web api`, `shop/deploy/web`. */
export function thingsIn({ names, flags, text }: Words): NamedThing[] {
  const [first = '', ...rest] = atLeastOne(names, text)
  const spelled = rest.length > 0 && names.every((name) => !name.includes('/')) ? rest.map((name) => `${first}/${name}`) : names
  return spelled.map((word) => thingOf(word, flags.get('-n'), text))
}

/** `deploy/web`, or `shop/deploy/web`. */
export function thingOf(word: string, around: string | undefined, text: string): NamedThing {
  const parts = word.split('/')
  const [namespace, kind = '', name = ''] = parts.length === 3 ? parts : [around, ...parts]
  if (parts.length < 2 || parts.length > 3 || kind === '' || name === '') throw unclear(text, `${word} is no KIND/NAME; write it as deploy/${word === '' ? 'web' : word}`)
  noPattern(name, text)
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

export function onlyThing(words: Words): NamedThing {
  const [thing, ...more] = thingsIn(words)
  if (thing === undefined || more.length > 0) throw unclear(words.text, 'it must name one object, such as deploy/web')
  return thing
}

function noPattern(name: string, text: string): string {
  if (/[*?]/.test(name)) throw unclear(text, `${name} is a pattern`, 'Patterns are not read: name each object.')
  return name
}

/** For a verb that takes no more words. */
export function nothingElse({ names, text }: Words, hint?: string): void {
  const [first] = names
  if (first !== undefined) throw unclear(text, `${first} means nothing here`, hint)
}

function atLeastOne(names: readonly string[], text: string): readonly string[] {
  if (names.length === 0) throw unclear(text, 'it names nothing')
  return names
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }
const PART = /(\d{1,6})(h|m|s)[a-z]*/g

/** As far as anybody looks. */
const DAY_MS = 24 * 3_600_000

export function durationOf(word: string, text: string): number {
  if (!/^(?:\d{1,6}(?:h|hours?|m|mins?|minutes?|s|secs?|seconds?))+$/i.test(word)) throw unclear(text, `${word === '' ? 'nothing' : word} is no duration; write 90s, 15m or 1h30m`)
  const durationMs = [...word.toLowerCase().matchAll(PART)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0)
  if (durationMs > DAY_MS) throw unclear(text, `${word} is too long`, 'At most 24h.')
  return durationMs
}

export function wholeNumber(word: string | undefined, text: string, why: string): number {
  if (word === undefined || !/^\d{1,6}$/.test(word)) throw unclear(text, why)
  return Number(word)
}
