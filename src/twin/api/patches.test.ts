import { describe, expect, test } from 'vitest'
import { assert, dictionary, integer, oneof, property, string } from 'fast-check'
import { isFault, type Fault } from '../../kernel/fault.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { bareMachinery } from '../bare-machinery.ts'
import { composeTwin, type Twin } from '../compose-twin.ts'
import { fromFieldsV1, leavesOf, toFieldsV1 } from './field-paths.ts'
import { shapeOf } from './merge/shape.ts'
import { mergePatch } from './merge-patch.ts'
import { strategicMerge } from './strategic-merge.ts'

describe('strategic merge', () => {
  const pod = { spec: { containers: [{ name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] }, { name: 'b', image: 'b:1' }], tolerations: [{ key: 'old' }] }, metadata: { finalizers: ['one'] } }

  test.each([
    ['merges by name', { spec: { containers: [{ name: 'b', image: 'b:2' }] } }, 'spec.containers', [{ name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] }, { name: 'b', image: 'b:2' }]],
    ['adds an item, before those that it does not name', { spec: { containers: [{ name: 'c', image: 'c:1' }] } }, 'spec.containers.0', { name: 'c', image: 'c:1' }],
    ['deletes an item', { spec: { containers: [{ name: 'a', $patch: 'delete' }] } }, 'spec.containers', [{ name: 'b', image: 'b:1' }]],
    ['deletes an item of a list that is not there', { spec: { initContainers: [{ name: 'a', $patch: 'delete' }, { name: 'b', image: 'b:1' }] } }, 'spec.initContainers', [{ name: 'b', image: 'b:1' }]],
    ['takes no directive where a list is replaced and there is none', { spec: { taints: [{ key: 'a', $patch: 'delete' }] } }, 'spec.taints', []],
    ['replaces a list on request', { spec: { containers: [{ $patch: 'replace' }, { name: 'z', image: 'z:1' }] } }, 'spec.containers', [{ name: 'z', image: 'z:1' }]],
    ['merges nested lists', { spec: { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] } }, 'spec.containers.0.env', [{ name: 'Y', value: '2' }, { name: 'X', value: '1' }]],
    ['replaces atomic lists', { spec: { tolerations: [{ key: 'new' }] } }, 'spec.tolerations', [{ key: 'new' }]],
    ['unites sets', { metadata: { finalizers: ['two'] } }, 'metadata.finalizers', ['one', 'two']],
    ['takes from sets', { metadata: { '$deleteFromPrimitiveList/finalizers': ['one'] } }, 'metadata.finalizers', []],
    ['removes keys', { spec: { tolerations: null } }, 'spec.tolerations', undefined],
    ['replaces a map on request', { metadata: { $patch: 'replace', labels: { a: 'b' } } }, 'metadata', { labels: { a: 'b' } }],
    ['keeps only what is retained', { spec: { $retainKeys: ['tolerations'] } }, 'spec', { tolerations: [{ key: 'old' }] }],
    ['orders by directive', { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'a', image: 'a:2' }] } }, 'spec.containers.0.name', 'b'],
    ['orders without a change', { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } }, 'spec.containers.0.name', 'b'],
  ])('%s', (_name, patch, path, expected) => {
    const result = path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], strategicMerge(pod, patch))
    expect(result).toEqual(expected)
  })

  test('ports merge by container port in containers and by port in services', () => {
    const service = { spec: { ports: [{ port: 80, name: 'http' }] } }
    expect(strategicMerge(service, { spec: { ports: [{ port: 80, targetPort: 8080 }, { port: 443 }] } })).toEqual({ spec: { ports: [{ port: 80, name: 'http', targetPort: 8080 }, { port: 443 }] } })
  })
})

describe('merge patch', () => {
  const json = dictionary(string(), oneof(integer(), string(), dictionary(string(), integer())))
  test('a patch of an object onto itself changes nothing, and the result has what the patch says', () => {
    assert(
      property(json, json, (original, patch) => {
        expect(mergePatch(original, original)).toEqual(original)
        expect(mergePatch(original, patch)).toMatchObject(patch)
      }),
    )
  })
})

test('paths survive the tree of fieldsV1', () => {
  const paths = [...leavesOf(webConfig('web:1', 2), shapeOf({ group: 'apps', version: 'v1', kind: 'Deployment' })).keys()]
  expect(paths.length).toBeGreaterThan(4)
  expect(fromFieldsV1(toFieldsV1(paths)).sort()).toEqual([...paths].sort())
})

function webConfig(image: string, replicas?: number): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', labels: { team: 'shop' } },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 80 }] }] } },
    },
  }
}

function bareTwin(): Twin {
  return composeTwin({ seed: 7, startMs: Date.parse('2026-03-01T12:00:00Z'), version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, machinery: bareMachinery() })
}

function faultOf(run: () => unknown): Fault {
  try {
    run()
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('expected a fault')
}

describe('what a creation owns', () => {
  const owned = (object: KubeObject): unknown => {
    const created = bareTwin().api.create({ ...object, metadata: { namespace: 'default', name: 'a' } }, { fieldManager: 'ci' })
    return (created.metadata.managedFields?.[0]?.fieldsV1 as Record<string, unknown> | undefined)?.['f:spec']
  }

  test('a Service: what was sent and its defaults, not the address that it was given', () => {
    const fields = owned({ apiVersion: 'v1', kind: 'Service', metadata: {}, spec: { ports: [{ port: 80 }] } }) as object
    expect(Object.keys(fields).sort()).toEqual(['f:internalTrafficPolicy', 'f:ports', 'f:sessionAffinity', 'f:type'])
  })

  test('a list that is new is owned as such, one that Go writes even as null is not', () => {
    const { containers, volumes } = specOf([{ name: 'data', emptyDir: {} }])
    expect(Object.keys(volumes)).toEqual(['.', 'k:{"name":"data"}'])
    expect(Object.keys(containers)).toEqual(['k:{"name":"main"}'])
  })

  function specOf(volumes: readonly object[]): { readonly containers: object; readonly volumes: object } {
    const spec = owned({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [{ name: 'main', image: 'app:1' }], volumes } }) as Record<string, object>
    return { containers: spec['f:containers'] ?? {}, volumes: spec['f:volumes'] ?? {} }
  }

  test('a pod: not the token volume, the tolerations and the priority that admission adds', () => {
    const fields = owned({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [{ name: 'main', image: 'app:1' }] } }) as object
    expect(Object.keys(fields).sort()).toEqual(['f:containers', 'f:dnsPolicy', 'f:enableServiceLinks', 'f:restartPolicy', 'f:schedulerName', 'f:securityContext', 'f:terminationGracePeriodSeconds'])
  })
})

describe('server-side apply', () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }
  const managers = (object: KubeObject): string[] => (object.metadata.managedFields ?? []).map(({ manager }) => manager ?? '').sort()

  test('creates, and applying the same again writes nothing', () => {
    const { api } = bareTwin()
    const created = api.apply(webConfig('web:1', 2), { fieldManager: 'ci' })
    expect(created).toMatchObject({ spec: { replicas: 2, progressDeadlineSeconds: 600 }, metadata: { managedFields: [{ manager: 'ci', operation: 'Apply' }] } })
    expect(api.apply(webConfig('web:1', 2), { fieldManager: 'ci' }).metadata.resourceVersion).toBe(created.metadata.resourceVersion)
  })

  test('two managers agree in peace, disagree in conflict, and force takes over', () => {
    const { api } = bareTwin()
    api.apply(webConfig('web:1'), { fieldManager: 'ci' })
    expect(managers(api.apply(webConfig('web:1'), { fieldManager: 'ops' }))).toEqual(['ci', 'ops'])
    const refusal = faultOf(() => api.apply(webConfig('web:2'), { fieldManager: 'ops' }))
    expect(refusal).toMatchObject({ code: 'conflict', message: 'Apply failed with 1 conflict: conflict with "ci": .spec.template.spec.containers[name="app"].image' })
    const taken = api.apply(webConfig('web:2'), { fieldManager: 'ops', force: true })
    expect(taken).toMatchObject({ spec: { template: { spec: { containers: [{ image: 'web:2' }] } } } })
    expect(faultOf(() => api.apply(webConfig('web:1'), { fieldManager: 'ci' })).message).toContain('conflict with "ops"')
  })

  test('what its last owner leaves out goes, what another owns stays', () => {
    const { api } = bareTwin()
    const labelled = (label: string): KubeObject => ({ ...webConfig('web:1'), metadata: { name: 'web', namespace: 'default', labels: { [label]: 'yes' } } })
    api.apply(labelled('mine'), { fieldManager: 'ci' })
    api.apply({ ...labelled('shared'), metadata: { name: 'web', namespace: 'default', labels: { shared: 'yes', mine: 'yes' } } }, { fieldManager: 'ops' })
    expect(api.apply(labelled('new'), { fieldManager: 'ci' }).metadata.labels).toEqual({ mine: 'yes', shared: 'yes', new: 'yes' })
    expect(api.apply(labelled('shared'), { fieldManager: 'ops' }).metadata.labels).toEqual({ shared: 'yes', new: 'yes' })
  })

  test('a scaler takes replicas from the applier', () => {
    const { api } = bareTwin()
    api.apply(webConfig('web:1', 2), { fieldManager: 'ci' })
    api.patch(ref, { type: 'merge', body: { spec: { replicas: 5 } } }, { subresource: 'scale', fieldManager: 'autoscaler' })
    expect(faultOf(() => api.apply(webConfig('web:1', 2), { fieldManager: 'ci' })).message).toContain('conflict with "autoscaler" using apps/v1: .spec.replicas')
    expect(api.apply(webConfig('web:1'), { fieldManager: 'ci' })).toMatchObject({ spec: { replicas: 5 } })
  })

  test('what was made with nothing in it, and what gave its owners up, is nobody\'s until somebody applies', () => {
    const { api } = bareTwin()
    const fields = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' }
    const change = (name: string, body: JsonObject): KubeObject => api.patch({ ...fields, name }, { type: 'merge', body }, { fieldManager: 'ci' })
    for (const [name, data] of [['empty', {}], ['full', { data: { a: '1' } }]] as const) api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, ...data }, { fieldManager: 'ci' })
    for (const value of ['1', '2']) expect(managers(change('empty', { data: { b: value } }))).toEqual([])
    expect(managers(change('full', { data: { b: '1' } }))).toEqual(['ci'])
    expect(managers(change('full', { metadata: { managedFields: [{}] as never } }))).toEqual([])
    expect(managers(change('full', { data: { b: '2' } }))).toEqual([])
    expect(managers(api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'empty', namespace: 'default' }, data: { c: '3' } }, { fieldManager: 'ops' }))).toEqual(['before-first-apply', 'ops'])
    expect(managers(change('empty', { data: { b: '3' } }))).toEqual(['before-first-apply', 'ci', 'ops'])
  })

  test('a container that is no longer applied is taken out', () => {
    const { api } = bareTwin()
    const config = webConfig('web:1')
    const template = (config['spec'] as { template: { spec: object } }).template
    const containers = [{ name: 'app', image: 'web:1', ports: [{ containerPort: 80 }] }, { name: 'side', image: 'side:1' }]
    api.apply({ ...config, spec: { ...(config['spec'] as object), template: { ...template, spec: { containers } } } }, { fieldManager: 'ci' })
    expect(api.apply(config, { fieldManager: 'ci' })).toMatchObject({ spec: { template: { spec: { containers: [{ name: 'app', image: 'web:1' }] } } } })
  })
})
