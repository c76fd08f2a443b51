/** The objects that a kubectl command names: `pods web-0`, `po,svc`, `deploy/web sts/db`. */

import type { Meaning, ParsedWords } from '../grammar.ts'
import { isOn, valueOf } from '../grammar.ts'
import type { Intent } from '../intent.ts'
import { resolveKind, resourceName, type KindInfo } from '../kinds.ts'
import type { Place } from '../place.ts'
import { isRefusal, refuse, shown, type Refusal } from '../refusal.ts'
import { whyNot } from '../value-types.ts'

export interface Target {
  readonly info: KindInfo
  /** Empty: all of the kind. */
  readonly names: readonly string[]
}

export interface Targets {
  readonly targets: readonly Target[]
  /** As they are rendered. */
  readonly words: readonly string[]
}

/** Fails on kinds nobody knows, on categories, and on a mixture of the two ways to name. */
export function readTargets(words: readonly string[], place: Place): Targets | Refusal {
  const [first, ...names] = words
  if (first === undefined) return refuse('no-name', 'no kind and no object is named')
  return words.some((word) => word.includes('/')) ? readPairs(words, place) : readKinds(first, names, place)
}

/** `po,svc web`: each kind, with all the names. */
function readKinds(list: string, names: readonly string[], place: Place): Targets | Refusal {
  const kinds: KindInfo[] = []
  for (const part of list.split(',')) {
    const info = kindNamed(part, place)
    if (isRefusal(info)) return info
    kinds.push(info)
  }
  const bad = names.map((name) => badName(name, place)).find(isRefusal)
  if (bad !== undefined) return bad
  return { targets: kinds.map((info) => ({ info, names })), words: [kinds.map(resourceName).join(','), ...names] }
}

/** `deploy/web sts/db`: one object each. */
function readPairs(words: readonly string[], place: Place): Targets | Refusal {
  const targets: Target[] = []
  for (const word of words) {
    const [kind = '', name = '', ...more] = word.split('/')
    if (more.length > 0 || name === '') return refuse('bad-value', `${shown(word)} is not KIND/NAME; the two ways to name objects do not mix`)
    const info = kindNamed(kind, place)
    const problem = isRefusal(info) ? info : badName(name, place)
    if (isRefusal(info)) return info
    if (problem !== undefined) return problem as Refusal
    targets.push({ info, names: [name] })
  }
  return { targets: merged(targets), words: targets.map(({ info, names }) => `${resourceName(info)}/${names.join('')}`) }
}

/** One entry a kind: two pods are several objects of one kind, not one object twice. */
function merged(targets: readonly Target[]): Target[] {
  return [...Map.groupBy(targets, ({ info }) => info)].map(([info, same]) => ({ info, names: same.flatMap(({ names }) => names) }))
}

export function kindNamed(word: string, place: Place): KindInfo | Refusal {
  const resolved = resolveKind(word, place.kinds)
  switch (resolved.type) {
    case 'known':
      return resolved.info
    case 'category':
      return refuse('kind-unknown', `${shown(word)} stands for kinds that the cluster chooses; name the kinds`)
    case 'unknown':
      return refuse('kind-unknown', `${shown(word)} is no kind that discovery knows`)
  }
}

export function badName(name: string, place: Place): Refusal | undefined {
  const why = whyNot('name', name, place)
  if (why !== undefined) return refuse('bad-value', `${shown(name)} ${why} of an object`)
  // Whoever writes `get pods secrets` means the kind, whatever kubectl makes of it.
  const kind = resolveKind(name.split('.')[0] ?? '')
  return kind.type === 'known' && kind.info.kind === 'Secret' ? refuse('secret', 'Secrets are neither read nor changed by commands') : undefined
}

/** The namespace that the flags say. `-n` beside `-A` is refused: one of them would be ignored. */
export function namespaceOf(words: ParsedWords): { readonly namespace?: string } | Refusal {
  const namespace = valueOf(words, '--namespace')
  const all = isOn(words, '--all-namespaces')
  if (namespace !== undefined && all) return refuse('flag-repeated', 'both a namespace and all namespaces are named')
  if (all) return { namespace: '*' }
  return namespace === undefined ? {} : { namespace }
}

export interface IntentParts {
  readonly op: string
  readonly effect: Intent['effect']
  readonly tags?: Intent['tags']
  readonly replicas?: number
  readonly dryRun?: true
}

/** One intent for each kind that is named. */
export function targetIntents(words: ParsedWords, targets: readonly Target[], parts: IntentParts): Meaning['intents'] | Refusal {
  const namespace = namespaceOf(words)
  if (isRefusal(namespace)) return namespace
  return targets.map(({ info, names }) => ({ tags: [], ...parts, ...kindParts(info), ...(info.namespaced || parts.effect === 'change' ? namespace : {}), names }))
}

export function kindParts({ kind, group, namespaced }: KindInfo): Pick<Intent, 'kind' | 'group' | 'namespaced'> {
  return { kind, group, namespaced }
}
