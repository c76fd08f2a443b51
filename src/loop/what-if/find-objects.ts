/** From the words of a question to objects of the twin. A name that fits several objects is not guessed at. */

import { closestWord, slipsBetween } from '../../kernel/closest-word.ts'
import { fault } from '../../kernel/fault.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isNode } from '../../model/kube/workload.ts'
import type { NamedThing } from '../../model/what-if.ts'
import { apiVersionOf, type Resource } from '../../twin/api/resource.ts'
import type { Twin } from '../../twin/twin.ts'

const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone']
const NAMED_MAX = 8

/** Fault `not-found` with what there is, `invalid` where several objects fit. */
export function findObject(twin: Twin, thing: NamedThing): KubeObject {
  const resource = resourceOf(twin, thing.kind)
  const all = [...twin.store.list(`${resource.group}/${resource.kind}`)].filter(({ metadata }) => metadata.name === thing.name)
  const fitting = thing.namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === thing.namespace)
  const [only] = fitting
  if (only === undefined) {
    throw fault({ code: 'not-found', operation: 'what if', subject: `${thing.kind}/${thing.name}`, message: 'there is no such object', hint: all.length > 0 ? `It exists as ${namesOf(all)}.` : nearest(twin, resource, thing) })
  }
  if (fitting.length > 1) throw fault({ code: 'invalid', operation: 'what if', subject: `${thing.kind}/${thing.name}`, message: `several objects have this name: ${namesOf(fitting)}`, hint: 'Say which with -n NAMESPACE.' })
  return only
}

/** What there is of the kind: of the namespace that was named first, then by how little the names differ. */
function nearest(twin: Twin, { group, kind }: Resource, { name, namespace }: NamedThing): string {
  const ranked = [...twin.store.list(`${group}/${kind}`)].map((object) => ({ object, isThere: object.metadata.namespace === namespace ? 0 : 1, slips: slipsBetween(object.metadata.name ?? '', name) - commonStart(object.metadata.name ?? '', name) }))
  const all = ranked.sort((left, right) => left.isThere - right.isThere || left.slips - right.slips).map(({ object }) => object)
  if (all.length === 0) return `No ${kind} is in the snapshot.`
  const rest = all.length - NAMED_MAX
  return `There ${all.length === 1 ? 'is' : 'are'} ${namesOf(all)}${rest > 0 ? ` and ${rest} more` : ''}.`
}

function commonStart(left: string, right: string): number {
  let length = 0
  while (length < left.length && left[length] === right[length]) length += 1
  return length
}

function resourceOf(twin: Twin, word: string): Resource {
  const found = twin.api.resources.all().find((resource) => isNamed(resource, word.toLowerCase()))
  if (found === undefined) throw fault({ code: 'invalid', operation: 'what if', subject: word, message: 'there is no such kind', hint: meantKind(twin, word) })
  return found
}

function meantKind(twin: Twin, word: string): string {
  const meant = closestWord(word.toLowerCase(), twin.api.resources.all().flatMap((resource) => namesOfKind(resource)))
  return meant === undefined ? 'Write it as kubectl does: deploy, sts, pod, node, pdb …' : `Did you mean ${meant}?`
}

function namesOfKind({ plural, singular, kind, shortNames }: Resource): string[] {
  return [plural, singular, kind.toLowerCase(), ...shortNames]
}

/** `deploy`, `deployments`, `deployments.apps`, `deployments.v1.apps`. */
function isNamed(resource: Resource, word: string): boolean {
  const { group, version } = resource
  return namesOfKind(resource).some((name) => [name, `${name}.${group}`, `${name}.${version}.${group}`].includes(word))
}

/** Is this the kind of the object: `deploy` of a Deployment? */
export function isKindOf(twin: Twin, { apiVersion, kind }: KubeObject, word: string): boolean {
  const resource = twin.api.resources.byKind(apiVersion, kind)
  return resource !== undefined && isNamed(resource, word.toLowerCase())
}

/** Each node once, whether it was named, its zone was, or both. */
export function findPlaces(twin: Twin, { nodes, zones = [] }: { readonly nodes: readonly string[]; readonly zones?: readonly string[] }): KubeObject[] {
  return [...new Set([...nodes.map((name) => findObject(twin, { kind: 'node', name })), ...findZones(twin, zones)])]
}

/** Every node of the zones. Fault `not-found` names the zones that there are. */
function findZones(twin: Twin, zones: readonly string[]): KubeObject[] {
  const nodes = [...twin.store.list('/Node')].filter(isNode)
  return zones.flatMap((zone) => {
    const inside = nodes.filter((node) => zoneOf(node) === zone)
    if (inside.length > 0) return inside
    const known = [...new Set(nodes.flatMap((node) => zoneOf(node) ?? []))].sort()
    throw fault({ code: 'not-found', operation: 'what if', subject: `zone/${zone}`, message: 'no node is in this zone', hint: known.length === 0 ? 'No node has a zone label.' : `Zones: ${known.slice(0, NAMED_MAX).join(', ')}.` })
  })
}

function zoneOf(node: KubeObject): string | undefined {
  return ZONE_LABELS.map((label) => node.metadata.labels?.[label]).find((zone) => zone !== undefined)
}

function namesOf(objects: readonly KubeObject[]): string {
  return objects.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object))).join(', ')
}

/** For requests to the twin's API: the object's reference under the version that it is served in. */
export function servedRef(twin: Twin, object: KubeObject) {
  const resource = twin.api.resources.demand(object.apiVersion, object.kind)
  return { ...refOf(object), apiVersion: apiVersionOf(resource) }
}
