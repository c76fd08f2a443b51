/** What the decision point is given may be broken in any way: nothing that is broken is allowed. */

import { expect, test } from 'vitest'
import { proves } from '../../test/requirements.ts'
import type { CedarRequest, ResourceFacts } from './cedar-request.ts'
import { decide } from './decide.ts'
import { POLICIES_FOLDER, requestOf } from './examples.test-support.ts'
import { loadPolicies } from './load-policies.ts'

const bundle = loadPolicies(POLICIES_FOLDER)

const RESOURCES: readonly { readonly action: string; readonly resource: ResourceFacts }[] = [
  { action: 'restart', resource: { type: 'Workload', kind: 'Deployment', namespace: 'shop', name: 'web' } },
  { action: 'drain', resource: { type: 'Node', kind: 'Node', name: 'worker-1' } },
  { action: 'patch', resource: { type: 'Object', kind: 'ConfigMap', namespace: 'shop', name: 'settings' } },
  { action: 'patch', resource: { type: 'Object', kind: 'Secret', namespace: 'shop', name: 'key' } },
  { action: 'restart', resource: { type: 'Workload', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' } },
]

type Path = readonly string[]

function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.keys(value).flatMap((key) => leavesOf((value as Record<string, unknown>)[key], [...path, key]))
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value)
}

/** A copy in which one place is changed by `change`. */
function altered(request: CedarRequest, path: Path, change: (parent: Record<string, unknown>, key: string) => void): CedarRequest {
  // Not structuredClone: it would keep the resource and its entity one object, and break both at once.
  const copy = JSON.parse(JSON.stringify(request)) as CedarRequest
  change(at(copy, path.slice(0, -1)) as Record<string, unknown>, path.at(-1) ?? '')
  return copy
}

const FAULTS: Readonly<Record<string, (parent: Record<string, unknown>, key: string) => void>> = {
  dropped: (parent, key) => (Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key]),
  null: (parent, key) => (parent[key] = null),
  throwing: (parent, key) => Object.defineProperty(parent, key, { enumerable: true, get: () => { throw new Error('the source broke') } }),
  'of another type': (parent, key) => (parent[key] = typeof parent[key] === 'string' ? 7 : 'yes'),
}

const TEXT_FAULTS: Readonly<Record<string, (text: string) => string>> = {
  empty: () => '',
  'in upper case': (text) => text.toUpperCase(),
  'with a capital': (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
  'in lower case': (text) => text.toLowerCase(),
  'with a space': (text) => `${text} `,
}

test.each(Object.keys(FAULTS))('an input that is %s is never allowed', (name) => {
  proves('nothing-unauthorised.unknown-never-allows')
  const allowed = RESOURCES.flatMap((row) => {
    const request = requestOf(row)
    return leavesOf(request)
      .filter((path) => decide(altered(request, path, FAULTS[name] as never), bundle).type === 'allow')
      .map((path) => path.join('.'))
  })
  expect(allowed).toEqual([])
})

test.each(Object.keys(TEXT_FAULTS))('a word %s is never allowed', (name) => {
  const allowed = RESOURCES.flatMap((row) => {
    const request = requestOf(row)
    return leavesOf(request)
      .filter((path) => typeof at(request, path) === 'string' && (TEXT_FAULTS[name] as (text: string) => string)(String(at(request, path))) !== at(request, path))
      .filter((path) => decide(altered(request, path, (parent, key) => (parent[key] = (TEXT_FAULTS[name] as (text: string) => string)(String(parent[key])))), bundle).type === 'allow')
      .map((path) => `${row.resource.kind} ${path.join('.')}`)
  })
  expect(allowed).toEqual([])
})

test('the requests that are broken here are allowed, or denied, when whole', () => {
  expect(RESOURCES.map((row) => decide(requestOf(row), bundle).type)).toEqual(['allow', 'allow', 'allow', 'deny', 'deny'])
})
