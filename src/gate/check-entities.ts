/**
 * Looks for what Cedar would overlook: an entity that is not there, an edge that is not there, an id spelled another
 * way. In each of these cases a `forbid … in Namespace` silently does not match, and the answer is `allow`. Here the
 * answer is no.
 */

import type { CedarRequest, Entity, EntityUid } from './cedar-request.ts'
import { flawOfWords } from './check-words.ts'

/** The edges that each type must have. Enumerated types are named by the schema and need no entity. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  'Boyd::Agent': ['Boyd::Role'],
  'Boyd::Workload': ['Boyd::Namespace'],
  'Boyd::Object': ['Boyd::Namespace'],
  'Boyd::Namespace': ['Boyd::Cluster', 'Boyd::NamespaceName'],
  'Boyd::NamespaceName': ['Boyd::NamespaceGroup'],
  'Boyd::Node': ['Boyd::Cluster'],
  'Boyd::ClusterObject': ['Boyd::Cluster'],
  'Boyd::Cluster': [],
}

const ENUMERATED = ['Boyd::Role', 'Boyd::NamespaceGroup']

/** RFC 1123 label, as the API server demands of namespaces. Anything else is not how the API spells it. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** What is missing or misspelt, as a sentence; undefined when the request can be judged. */
export function flawOf(request: CedarRequest): string | undefined {
  const byUid = new Map(request.entities.map((entity) => [textOf(entity.uid), entity]))
  if (byUid.size !== request.entities.length) return 'an entity is given twice'
  return firstFlaw([request.principal, request.resource], byUid) ?? flawOfWords(request)
}

function firstFlaw(roots: readonly EntityUid[], byUid: ReadonlyMap<string, Entity>): string | undefined {
  const seen = new Set<string>()
  const open = [...roots]
  for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
    if (seen.has(textOf(uid)) || ENUMERATED.includes(uid.type)) continue
    seen.add(textOf(uid))
    const entity = byUid.get(textOf(uid))
    const flaw = entity === undefined ? `${textOf(uid)} is not given` : flawOfEntity(entity)
    if (flaw !== undefined) return flaw
    open.push(...(entity?.parents ?? []))
  }
  return undefined
}

function flawOfEntity(entity: Entity): string | undefined {
  const { type, id } = entity.uid
  const expected = PARENTS[type]
  if (expected === undefined) return `${type} is not a type that can be judged`
  const missing = expected.find((parentType) => entity.parents.filter((parent) => parent.type === parentType).length !== 1)
  if (missing !== undefined) return `${textOf(entity.uid)} must be in exactly one ${missing}`
  if (type === 'Boyd::NamespaceName' && !DNS_LABEL.test(id)) return `"${id}" is not the name of a namespace`
  if (type === 'Boyd::Namespace') return flawOfNamespace(entity)
  if (RESOURCES.includes(type)) return flawOfKind(entity)
  return undefined
}

const RESOURCES = ['Boyd::Workload', 'Boyd::Object', 'Boyd::Node', 'Boyd::ClusterObject']

/** The kind that rules are written about and the one in the identity must be the same one, as the API spells it. */
function flawOfKind({ uid, attrs }: Entity): string | undefined {
  const kind = uid.id.split('/').at(-3)
  return kind === attrs['kind'] && /^[A-Z][A-Za-z0-9]*$/.test(kind ?? '') ? undefined : `"${String(attrs['kind'])}" is not the kind of ${textOf(uid)}`
}

/** The namespace and the name that rules are written about must be the same one. */
function flawOfNamespace(entity: Entity): string | undefined {
  const name = entity.parents.find((parent) => parent.type === 'Boyd::NamespaceName')?.id
  if (entity.attrs['kind'] !== 'Namespace') return `${textOf(entity.uid)} is a "${String(entity.attrs['kind'])}"`
  return entity.uid.id.endsWith(`/${name}`) ? undefined : `${textOf(entity.uid)} is not the namespace "${name}"`
}

function textOf(uid: EntityUid): string {
  return `${uid.type}::"${uid.id}"`
}
