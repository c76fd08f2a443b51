/**
 * Where does a target come from? From the cluster's own structure, or only from what somebody wrote?
 *
 * Logs, messages, annotations and alert texts can be written by anyone who can make a program log a line. A target that
 * is tied to the incident by the API's objects (owners, nodes, selectors, references, addresses in a specification)
 * is as good as they are. One that is not, and whose name stands in such text, may have been put there: it is tainted,
 * and policy asks a person (`tainted-plan`).
 */

import { isRecord } from '../kernel/json.ts'
import type { Incident } from '../model/incident.ts'
import { objectKey, refOf, type KubeObject } from '../model/kube-object.ts'
import { isNode, isPod } from '../model/kube/workload.ts'
import { PROPOSAL, type Plan } from '../model/plan.ts'
import type { View } from '../model/view.ts'

const TARGET_FROM_UNTRUSTED = 'target-from-untrusted'
/** The plan comes from a proposer (`ports/proposer.ts`), who is believed in nothing. */
const PROPOSED = 'proposed'

export interface TaintOptions {
  readonly plan: Pick<Plan, 'hazard'>
  readonly view: View
  readonly incident?: Incident
  /** Texts of the alerts. */
  readonly texts?: readonly string[]
}

/** Hops of structure from the incident's subjects: a workload, its pod, the node; a Service, its pods, what they call. */
const HOPS_MAX = 3
/** Shorter names are words of any text. */
const NAME_MIN = 3

/** The taints of a step on this object, for the set of its plan. */
export function createTaints(options: TaintOptions): (object: KubeObject) => readonly string[] {
  let tied: ReadonlySet<string> | undefined
  return (object) => {
    const proposed = options.plan.hazard === PROPOSAL ? [PROPOSED] : []
    const { name = '' } = object.metadata
    if (name.length < NAME_MIN || !isNamed(name, object, options)) return proposed
    tied ??= tiedToIncident(options)
    return tied.has(keyOf(object)) ? proposed : [...proposed, TARGET_FROM_UNTRUSTED]
  }
}

function keyOf(object: KubeObject): string {
  return objectKey(refOf(object))
}

/** Everything that the API's own objects tie to the incident's subjects. */
function tiedToIncident({ view, incident }: TaintOptions): ReadonlySet<string> {
  const subjects = incident?.subjects ?? []
  const mates = byNamespace(view)
  let edge = view.snapshot.objects.filter((object) => subjects.some((subject) => subject.kind === object.kind && subject.name === object.metadata.name && (subject.namespace ?? '') === (object.metadata.namespace ?? '')))
  const tied = new Set(edge.map(keyOf))
  // A node that is not what the incident is about ties nothing: its pods have the machine in common and no more.
  for (let hop = 0; hop < HOPS_MAX && edge.length > 0; hop += 1) {
    edge = edge.flatMap((object) => (isNode(object) && hop > 0 ? [] : neighbours(object, view, mates))).filter((object) => !tied.has(keyOf(object)))
    for (const object of edge) tied.add(keyOf(object))
  }
  return tied
}

type Mates = ReadonlyMap<string, readonly KubeObject[]>

/** What may refer and be referred to, by namespace. */
function byNamespace(view: View): Mates {
  const mates = new Map<string, KubeObject[]>()
  for (const object of view.snapshot.objects) {
    const { namespace } = object.metadata
    if (namespace === undefined || isPod(object) || object.kind === 'Event') continue
    const known = mates.get(namespace)
    if (known === undefined) mates.set(namespace, [object])
    else known.push(object)
  }
  return mates
}

function neighbours(object: KubeObject, view: View, mates: Mates): readonly KubeObject[] {
  const pods = isNode(object) ? view.podsOn(object.metadata.name ?? '') : isPod(object) ? [object] : view.podsOf(object)
  const nodes = pods.flatMap((pod) => (pod.spec?.nodeName === undefined ? [] : (view.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec.nodeName }) ?? [])))
  return [...view.ownersOf(object), ...view.ownedBy(object), ...pods, ...pods.flatMap((pod) => view.ownersOf(pod)), ...nodes, ...referring(object, view, mates)]
}

/** Objects of the namespace that this one's specification names, that name it, or that select its pods. */
function referring(object: KubeObject, view: View, mates: Mates): readonly KubeObject[] {
  const { namespace, name = '' } = object.metadata
  if (namespace === undefined || name === '') return []
  const own = wordsIn(object)
  return (mates.get(namespace) ?? []).filter((other) => other !== object && (own.has(other.metadata.name ?? '') || wordsIn(other).has(name) || selects(other, object, view)))
}

function selects(selector: KubeObject, object: KubeObject, view: View): boolean {
  const spec = isRecord(selector['spec']) ? selector['spec'] : {}
  const raw = spec['selector'] ?? spec['podSelector']
  const labels = isRecord(raw) ? (isRecord(raw['matchLabels']) ? raw['matchLabels'] : raw) : {}
  const wanted = Object.entries(labels)
  if (wanted.length === 0 || wanted.some(([, value]) => typeof value !== 'string')) return false
  const pods = isPod(object) ? [object] : view.podsOf(object)
  return pods.some((pod) => wanted.every(([key, value]) => pod.metadata.labels?.[key] === value))
}

const words = new WeakMap<KubeObject, ReadonlySet<string>>()

/** The words of a specification: names of references, and the parts of addresses (`db.shop.svc`). Not of annotations, not of a status. */
function wordsIn(object: KubeObject): ReadonlySet<string> {
  const known = words.get(object)
  if (known !== undefined) return known
  const found = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string') for (const word of value.split(/[^a-z0-9-]+/)) found.add(word)
    else if (Array.isArray(value)) value.forEach(collect)
    else if (isRecord(value)) Object.values(value).forEach(collect)
  }
  for (const [field, value] of Object.entries(object)) if (!['metadata', 'status', 'apiVersion', 'kind'].includes(field)) collect(value)
  words.set(object, found)
  return found
}

/** Does its name stand in text about something else? What is said of itself, or by its own pods, chooses nobody. */
function isNamed(name: string, object: KubeObject, { view, incident, texts = [] }: TaintOptions): boolean {
  const says = (text: string): boolean => standsIn(name, text)
  const family = [object, ...view.ownersOf(object), ...view.ownedBy(object), ...view.podsOf(object)].map((member) => `${member.kind}/${member.metadata.namespace ?? ''}/${member.metadata.name ?? ''}`)
  const ofOthers = (kind: string, namespace: string | undefined, other: string): boolean => !family.includes(`${kind}/${namespace ?? ''}/${other}`)
  return (
    texts.some(says) ||
    says(incident?.title ?? '') ||
    view.snapshot.logs.some((log) => ofOthers('Pod', log.namespace, log.pod) && says(log.text)) ||
    view.events.some(({ regarding, message }) => ofOthers(regarding.kind, regarding.namespace, regarding.name) && says(message)) ||
    view.snapshot.objects.some((other) => ofOthers(other.kind, other.metadata.namespace, other.metadata.name ?? '') && Object.values(other.metadata.annotations ?? {}).some((text) => typeof text === 'string' && says(text)))
  )
}

function standsIn(name: string, text: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isNameCharacter(text.charAt(at - 1)) && !isNameCharacter(text.charAt(at + name.length))) return true
  }
  return false
}

function isNameCharacter(character: string): boolean {
  return /[A-Za-z0-9-]/.test(character)
}
