/** Cases of the API contract: fields that are checked, patches, managers of fields, deletion, subresources. */

import { expect } from 'vitest'
import type { ApiArena, ApiCase, ApiResponse, Body } from './api-arena.ts'

const core = ({ namespace }: ApiArena, plural: string): string => `/api/v1/namespaces/${namespace}/${plural}`
const apps = ({ namespace }: ApiArena, plural: string): string => `/apis/apps/v1/namespaces/${namespace}/${plural}`

function map(name: string, rest: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...rest }
}

/** Paused and without replicas: no controller writes to its spec while a case looks at it. */
function web(rest: { readonly labels?: object; readonly spec?: object; readonly container?: object } = {}): Body {
  const container = { name: 'app', image: 'registry.example/app:1', ...rest.container }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...(rest.labels === undefined ? {} : { labels: rest.labels }) },
    spec: { paused: true, replicas: 0, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } }, ...rest.spec },
  }
}

function apply(arena: ApiArena, path: string, body: object, query: string): Promise<ApiResponse> {
  return arena.call({ method: 'PATCH', path: `${path}?${query}`, type: 'application/apply-patch+yaml', body })
}

function managers(object: Body): string[] {
  return (object.metadata.managedFields ?? []).map(({ manager, operation, subresource }: Body) => [manager, operation, subresource].filter((part) => part !== undefined && part !== '').join(' ')) as string[]
}

function fieldsOf(object: Body, manager: string): Body {
  return object.metadata.managedFields.find((entry: Body) => entry.manager === manager)?.fieldsV1
}

/** Texts of a `Warning` header. */
function warningsIn(header: string | string[] | undefined): string[] {
  return [...String(header ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => JSON.parse(text) as string)
}

const POD = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } }
const podWith = (spec: object, metadata: object = {}): object => ({ metadata: { name: 'p', ...metadata }, spec: { ...POD.spec, ...spec } })
const containerWith = (rest: object): object => podWith({ containers: [{ name: 'c', image: 'x', ...rest }] })
const PODS = '/api/v1/namespaces/NS/pods'
const TERM = { topologyKey: 'kubernetes.io/hostname' }
const NOTHING = 'a null labelSelector results in matching no pod'

const WARNED: readonly (readonly [string, object, readonly string[]])[] = [
  [PODS, POD, []],
  [PODS, podWith({}, { name: 'a.b' }), ["metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"]],
  [PODS, podWith({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }), ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead']],
  [PODS, podWith({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [TERM], preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: TERM }] } } }), [`spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ${NOTHING}`, `spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: ${NOTHING}`]],
  [PODS, podWith({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'failure-domain.beta.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' }] }), ['spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead', `spec.topologySpreadConstraints[0].labelSelector: ${NOTHING}`]],
  [PODS, podWith({ imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] }), ['spec.imagePullSecrets[1].name: duplicate name "a"', 'spec.imagePullSecrets[2].name: invalid empty name ""']],
  [PODS, containerWith({ resources: { limits: { memory: '1500m' } } }), ['spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer', 'spec.containers[0].resources.requests[memory]: fractional byte value "1500m" is invalid, must be an integer']],
  [PODS, containerWith({ env: [{ name: 'A', value: '1' }, { name: 'A', value: '$(A)2' }, { name: 'A', value: '3' }] }), ['spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply']],
  [PODS, containerWith({ ports: [{ containerPort: 80 }, { containerPort: 80, hostPort: 8080 }, { containerPort: 81, hostIP: '1.2.3.4' }] }), ['spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]', 'spec.containers[0].ports[2]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:1.2.3.4}']],
  [PODS, podWith({ containers: [{ name: 'c', image: 'x', ports: [{ name: 'http', containerPort: 80 }] }, { name: 'd', image: 'x', ports: [{ name: 'http', containerPort: 81 }] }] }), ['spec.containers[1].ports[0]: duplicate port name "http" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]']],
  [PODS, podWith({ volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'a', path: 'x' }, { key: 'b', path: 'x/y' }] } }, { name: 'w', gitRepo: { repository: 'r' } }] }), ['spec.volumes[1].gitRepo: deprecated in v1.11, and disabled by default in v1.33+', 'volume "v" (ConfigMap "m"): overlapping paths: "x/y" with "x"']],
  ['/apis/apps/v1/namespaces/NS/deployments', { metadata: { name: 'a.b' }, spec: { selector: { matchLabels: { a: 'b' } }, template: { ...POD, metadata: { labels: { a: 'b' }, annotations: { 'scheduler.alpha.kubernetes.io/critical-pod': '' } } } } }, ['metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]', 'spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead']],
  ['/api/v1/namespaces/NS/services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }], externalIPs: ['1.2.3.4'], externalName: 'a.b' } }, ['spec.externalIPs is deprecated and may no longer be implemented in some clusters', 'spec.externalName is ignored when spec.type is not "ExternalName"']],
  ['/api/v1/namespaces/NS/services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }], clusterIP: 'None', sessionAffinity: 'ClientIP' } }, ['spec.SessionAffinity is ignored for headless services']],
  ['/api/v1/persistentvolumes', { metadata: { name: 'v' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Recycle', hostPath: { path: '/x' } } }, ['spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.']],
  ['/api/v1/namespaces/NS/resourcequotas', { metadata: { name: 'q' }, spec: { hard: { memory: '2Gi', 'limits.memory': '1Gi' } } }, ['ResourceQuota memory (2Gi) should be less than limits.memory (1Gi)']],
  ['/apis/networking.k8s.io/v1/namespaces/NS/ingresses', { metadata: { name: 'i', annotations: { 'kubernetes.io/ingress.class': 'x' } }, spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } }, [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]],
  ['/apis/storage.k8s.io/v1/storageclasses', { metadata: { name: 'c' }, provisioner: 'a.b', allowedTopologies: [{ matchLabelExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['a'] }] }] }, ['allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use "topology.kubernetes.io/zone" instead']],
  ['/apis/storage.k8s.io/v1/csidrivers', { metadata: { name: 'd' }, spec: { tokenRequests: [{ audience: 'a' }] } }, ['spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes']],
]

export const WRITE_CASES: readonly ApiCase[] = [
  {
    name: 'unknown and duplicate fields: refused, warned of, dropped',
    run: async (arena) => {
      const path = apps(arena, 'deployments')
      const typo = web({ spec: { replica: 3 } })
      typo.spec.template.spec.containers[0].imagee = 'x'
      const strict = await arena.call({ method: 'POST', path: `${path}?fieldValidation=Strict`, body: typo as object })
      expect(strict.body).toMatchObject({ code: 400, reason: 'BadRequest', message: 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].imagee", unknown field "spec.replica"' })
      const warned = await arena.call({ method: 'POST', path: `${path}?fieldValidation=Warn&dryRun=All`, body: typo as object })
      expect(warned.status).toBe(201)
      expect(warned.headers['warning']).toBe('299 - "unknown field \\"spec.template.spec.containers[0].imagee\\"", 299 - "unknown field \\"spec.replica\\""')
      const ignored = await arena.call({ method: 'POST', path: `${path}?fieldValidation=Ignore&dryRun=All`, body: typo as object })
      expect([ignored.status, ignored.headers['warning']]).toEqual([201, undefined])
      expect(ignored.body.spec).not.toHaveProperty('replica')
      const twice = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice","name":"twice"},"data":{"a":"1","a":"2"}}'
      const refused = await arena.call({ method: 'POST', path: `${core(arena, 'configmaps')}?fieldValidation=Strict`, body: twice })
      expect(refused.body).toMatchObject({ code: 400, message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "metadata.name", duplicate field "data.a"' })
      const taken = await arena.call({ method: 'POST', path: core(arena, 'configmaps'), body: twice })
      expect(taken.headers['warning']).toBe('299 - "duplicate field \\"metadata.name\\"", 299 - "duplicate field \\"data.a\\""')
      expect(taken.body.data).toEqual({ a: '2' })
      expect((await arena.call({ method: 'POST', path: `${core(arena, 'configmaps')}?fieldValidation=Often`, body: map('x') })).status).toBe(422)
    },
  },
  {
    name: 'what is taken, and warned of',
    run: async (arena) => {
      const warned = async (path: string, object: object): Promise<string[]> => {
        const { headers, status } = await arena.call({ method: 'POST', path: `${path}?dryRun=All`, body: object })
        expect(status).toBe(201)
        return warningsIn(headers['warning'])
      }
      for (const [path, object, expected] of WARNED) expect(await warned(path.replace('NS', arena.namespace), object)).toEqual(expected)
      const path = core(arena, 'services')
      await arena.create(path, { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } })
      const patched = await arena.call({ method: 'PATCH', path: `${path}/web?fieldValidation=Ignore`, type: 'application/merge-patch+json', body: { spec: { trafficDistribution: 'PreferClose' } } })
      expect(warningsIn(patched.headers['warning'])).toEqual(['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'])
    },
  },
  {
    name: 'values of another type',
    run: async (arena) => {
      const post = async (plural: string, body: object): Promise<Body> => (await arena.call({ method: 'POST', path: apps(arena, plural), body })).body
      expect(await post('deployments', web({ spec: { replicas: 'three' } }) as object)).toMatchObject({ code: 400, message: 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32' })
      expect((await arena.call({ method: 'POST', path: core(arena, 'configmaps'), body: '{"metadata": ' })).status).toBe(400)
      expect((await arena.call({ method: 'POST', path: core(arena, 'configmaps'), body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } })).status).toBe(400)
    },
  },
  {
    name: 'a dry run shows all and stores nothing',
    run: async (arena) => {
      const path = apps(arena, 'deployments')
      const shown = await arena.call({ method: 'POST', path: `${path}?dryRun=All`, body: web() as object })
      expect(shown.body).toMatchObject({ metadata: { uid: expect.any(String) as unknown }, spec: { progressDeadlineSeconds: 600 } })
      expect((await arena.call({ path: `${path}/web` })).status).toBe(404)
      await arena.create(path, web() as object)
      expect((await arena.call({ method: 'DELETE', path: `${path}/web?dryRun=All` })).status).toBe(200)
      expect((await arena.call({ path: `${path}/web` })).status).toBe(200)
      expect((await arena.call({ method: 'POST', path: `${path}?dryRun=Some`, body: web() as object })).status).toBe(422)
    },
  },
  {
    name: 'apply: what a manager says is its own, and what it no longer says goes',
    run: async (arena) => {
      const path = `${core(arena, 'configmaps')}/owned`
      expect((await apply(arena, path, map('owned', { data: { a: '1', b: '2' } }), 'fieldManager=one')).status).toBe(201)
      const second = await apply(arena, path, map('owned', { data: { c: '3' } }), 'fieldManager=two')
      expect(second.status).toBe(200)
      expect(managers(second.body)).toEqual(['one Apply', 'two Apply'])
      expect(fieldsOf(second.body, 'one')).toEqual({ 'f:data': { 'f:a': {}, 'f:b': {} } })
      const third = await apply(arena, path, map('owned', { data: { a: '1' } }), 'fieldManager=one')
      expect(third.body.data).toEqual({ a: '1', c: '3' })
      const conflict = await apply(arena, path, map('owned', { data: { a: '9', c: '9' } }), 'fieldManager=three')
      expect(conflict.body).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\nconflicts with "two":\n- .data.c',
        details: { causes: expect.arrayContaining([{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' }, { reason: 'FieldManagerConflict', message: 'conflict with "two"', field: '.data.c' }]) as unknown },
      })
      const forced = await apply(arena, path, map('owned', { data: { a: '9' } }), 'fieldManager=three&force=true')
      expect(forced.body.data).toEqual({ a: '9', c: '3' })
      expect(managers(forced.body).sort()).toEqual(['three Apply', 'two Apply'])
      expect((await apply(arena, path, map('owned'), 'force=true')).body).toMatchObject({ code: 422, message: expect.stringContaining('fieldManager') as unknown })
    },
  },
  {
    name: 'apply: who changes nothing has no time, and what cannot be merged',
    run: async (arena) => {
      const path = `${core(arena, 'configmaps')}/timed`
      await apply(arena, path, map('timed', { data: { a: '1' } }), 'fieldManager=one')
      const entries = async (data: object): Promise<string[]> => (await apply(arena, path, map('timed', { data }), 'fieldManager=two')).body.metadata.managedFields.map(({ manager, time }: Body) => `${manager} ${time === undefined ? 'untimed' : 'timed'}`)
      expect(await entries({ a: '1' })).toEqual(['two untimed', 'one timed'])
      expect((await entries({ a: '1', b: '2' })).sort()).toEqual(['one timed', 'two timed'])
      await arena.create(apps(arena, 'deployments'), web() as object)
      const unkeyed = { spec: { template: { spec: { containers: [{ image: 'z' }] } } } }
      const refused = await arena.call({ method: 'PATCH', path: `${apps(arena, 'deployments')}/web`, type: 'application/strategic-merge-patch+json', body: unkeyed })
      expect(refused).toMatchObject({ status: 500, body: { message: 'map: map[image:z] does not contain declared merge key: name' } })
      await arena.create(core(arena, 'configmaps'), { metadata: { name: 'held', finalizers: ['example.com/x'] } })
      const held = `${core(arena, 'configmaps')}/held`
      await arena.call({ method: 'DELETE', path: held })
      const more = await arena.call({ method: 'PATCH', path: held, type: 'application/merge-patch+json', body: { metadata: { finalizers: ['example.com/x', 'example.com/y'] } } })
      expect(more.body.message).toContain('no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/y"}')
      await arena.call({ method: 'PATCH', path: held, type: 'application/merge-patch+json', body: { metadata: { finalizers: null } } })
    },
  },
  {
    name: 'apply: an update takes fields over, and a conflict names it and its version',
    run: async (arena) => {
      const path = `${apps(arena, 'deployments')}/web`
      await apply(arena, path, web({ container: { env: [{ name: 'A', value: '1' }] } }) as object, 'fieldManager=one')
      const body = { spec: { template: { spec: { containers: [{ name: 'app', image: 'registry.example/app:2' }] } } } }
      const patched = await arena.call({ method: 'PATCH', path: `${path}?fieldManager=hand`, type: 'application/strategic-merge-patch+json', body })
      expect(managers(patched.body).filter((text) => !text.endsWith('status'))).toEqual(['one Apply', 'hand Update'])
      expect(fieldsOf(patched.body, 'hand')).toEqual({ 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { 'f:image': {} } } } } } })
      const conflict = await apply(arena, path, web() as object, 'fieldManager=one')
      expect(conflict.body).toMatchObject({ code: 409, message: 'Apply failed with 1 conflict: conflict with "hand" using apps/v1: .spec.template.spec.containers[name="app"].image' })
    },
  },
  {
    name: 'apply: lists by key, sets, and lists that are one value',
    run: async (arena) => {
      const path = `${apps(arena, 'deployments')}/web`
      const ports = (...list: readonly object[]): object => web({ container: { ports: list, args: ['a'] } }) as object
      await apply(arena, path, ports({ containerPort: 80, name: 'http' }), 'fieldManager=one')
      const more = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', finalizers: ['example.com/one'] }, spec: { template: { spec: { containers: [{ name: 'app', ports: [{ containerPort: 81 }] }] } } } }
      const merged = await apply(arena, path, more, 'fieldManager=two')
      expect(merged.body.spec.template.spec.containers[0].ports).toEqual([{ containerPort: 80, name: 'http', protocol: 'TCP' }, { containerPort: 81, protocol: 'TCP' }])
      expect(fieldsOf(merged.body, 'two')).toEqual({
        'f:metadata': { 'f:finalizers': { 'v:"example.com/one"': {} } },
        'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:name': {}, 'f:ports': { 'k:{"containerPort":81,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } } } } } } },
      })
      const whole = await apply(arena, path, web({ container: { args: ['b'] } }) as object, 'fieldManager=three&force=true')
      expect(whole.body.spec.template.spec.containers[0].args).toEqual(['b'])
      await arena.call({ method: 'PATCH', path, type: 'application/merge-patch+json', body: { metadata: { finalizers: null } } })
    },
  },
  {
    name: 'managers of a status are kept apart',
    run: async (arena) => {
      const path = `${apps(arena, 'deployments')}/web`
      await arena.create(`${apps(arena, 'deployments')}?fieldManager=maker`, web() as object)
      const body = { status: { conditions: [{ type: 'Custom', status: 'True', reason: 'x', message: '', lastUpdateTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z' }] } }
      const patched = await arena.call({ method: 'PATCH', path: `${path}/status?fieldManager=reporter`, type: 'application/merge-patch+json', body })
      expect(managers(patched.body)).toEqual(expect.arrayContaining(['maker Update', 'reporter Update status']))
      expect(fieldsOf(patched.body, 'reporter')['f:status']['f:conditions']['k:{"type":"Custom"}']).toMatchObject({ '.': {}, 'f:status': {}, 'f:type': {} })
    },
  },
  {
    name: 'JSON patch: tests, and paths that are not there',
    run: async (arena) => {
      const path = `${core(arena, 'configmaps')}/one`
      await arena.create(core(arena, 'configmaps'), map('one', { data: { a: '1' } }))
      const patch = (...operations: readonly object[]): Promise<ApiResponse> => arena.call({ method: 'PATCH', path, type: 'application/json-patch+json', body: operations })
      expect((await patch({ op: 'test', path: '/data/a', value: '1' }, { op: 'add', path: '/data/b', value: '2' }, { op: 'move', from: '/data/a', path: '/data/c' })).body.data).toEqual({ b: '2', c: '1' })
      expect((await patch({ op: 'test', path: '/data/c', value: 'no' })).body).toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining('the server rejected our request due to an error in our request') as unknown })
      expect((await patch({ op: 'remove', path: '/data/none' })).status).toBe(422)
      expect((await arena.call({ method: 'PATCH', path, type: 'text/plain', body: '{}' })).status).toBe(415)
    },
  },
  {
    name: 'deletion: conditions, ways of taking dependents along, finalizers',
    run: async (arena) => {
      const path = core(arena, 'configmaps')
      const owner = await arena.create(path, map('owner'))
      const owned = (name: string): object => ({ ...map(name), metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }] } })
      await arena.create(path, owned('kept'))
      const remove = (body: object): Promise<ApiResponse> => arena.call({ method: 'DELETE', path: `${path}/owner`, body: { apiVersion: 'v1', kind: 'DeleteOptions', ...body } })
      expect((await remove({ preconditions: { uid: 'other' } })).body).toMatchObject({ code: 409, message: `Operation cannot be fulfilled on ConfigMap "owner": the UID in the precondition (other) does not match the UID in record (${owner.metadata.uid}). The object might have been deleted and then recreated` })
      expect((await remove({ preconditions: { resourceVersion: '1' } })).status).toBe(409)
      expect((await remove({ propagationPolicy: 'Sideways' })).status).toBe(422)
      expect((await remove({ propagationPolicy: 'Orphan', orphanDependents: true })).status).toBe(422)
      expect((await remove({ propagationPolicy: 'Orphan' })).body.metadata).toMatchObject({ finalizers: ['orphan'], deletionTimestamp: expect.any(String) as unknown })
      await arena.until({ path: `${path}/owner` }, ({ status }) => status === 404)
      expect((await arena.call({ path: `${path}/kept` })).body.metadata).not.toHaveProperty('ownerReferences')
      await arena.create(path, { ...map('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } })
      expect((await arena.call({ method: 'DELETE', path: `${path}/held` })).body).toMatchObject({ kind: 'ConfigMap', metadata: { deletionGracePeriodSeconds: 0 } })
      const late = await arena.call({ method: 'PATCH', path: `${path}/held`, type: 'application/merge-patch+json', body: { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } } })
      expect(late.body).toMatchObject({ code: 422, message: expect.stringContaining('metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted') as unknown })
      await arena.call({ method: 'PATCH', path: `${path}/held`, type: 'application/merge-patch+json', body: { metadata: { finalizers: null } } })
      expect((await arena.call({ path: `${path}/held` })).status).toBe(404)
    },
  },
  {
    name: 'deletion of a selection',
    run: async (arena) => {
      const path = core(arena, 'configmaps')
      for (const name of ['a', 'b', 'c']) await arena.create(path, { ...map(name), metadata: { name, labels: { part: name === 'c' ? 'other' : 'this' } } })
      const removed = await arena.call({ method: 'DELETE', path: `${path}?labelSelector=part%3Dthis` })
      expect(removed.body.items.map(({ metadata }: Body) => metadata.name)).toEqual(['a', 'b'])
      expect((await arena.call({ path: `${path}?labelSelector=part` })).body.items).toHaveLength(1)
    },
  },
  {
    name: 'names: made up, missing, not matching, in another namespace',
    run: async (arena) => {
      const path = core(arena, 'configmaps')
      const made = await arena.create(path, { metadata: { generateName: 'made-' } })
      expect(made.metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
      const post = async (metadata: object): Promise<Body> => (await arena.call({ method: 'POST', path, body: { metadata } })).body
      expect(await post({})).toMatchObject({ code: 422, message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required' })
      expect(await post({ name: 'x', namespace: 'elsewhere' })).toMatchObject({ code: 400, message: 'the namespace of the provided object does not match the namespace sent on the request' })
      const put = await arena.call({ method: 'PUT', path: `${path}/${made.metadata.name}`, body: map('other') })
      expect(put.body).toMatchObject({ code: 400, message: `the name of the object (other) does not match the name on the URL (${made.metadata.name})` })
      const stale = await arena.call({ method: 'PUT', path: `${path}/${made.metadata.name}`, body: { ...map(made.metadata.name ?? ''), metadata: { name: made.metadata.name, resourceVersion: '1' } } })
      expect(stale.body).toMatchObject({ code: 409, reason: 'Conflict', message: `Operation cannot be fulfilled on configmaps "${made.metadata.name}": the object has been modified; please apply your changes to the latest version and try again` })
    },
  },
  {
    name: 'subresources: scale, status, binding, ephemeral containers, resize',
    run: async (arena) => {
      const deployments = apps(arena, 'deployments')
      await arena.create(deployments, web() as object)
      const scale = (await arena.call({ path: `${deployments}/web/scale` })).body
      expect(scale).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: {}, status: { replicas: 0, selector: 'app=web' } })
      // Without a version: the controller writes the Deployment at the same time.
      const { resourceVersion: _, ...metadata } = scale.metadata
      expect((await arena.call({ method: 'PUT', path: `${deployments}/web/scale`, body: { ...scale, metadata, spec: { replicas: 2 } } })).body.spec).toEqual({ replicas: 2 })
      expect((await arena.call({ method: 'PATCH', path: `${deployments}/web/scale`, type: 'application/merge-patch+json', body: { spec: { replicas: -1 } } })).status).toBe(422)
      expect((await arena.call({ path: `${core(arena, 'configmaps')}/x/scale` })).status).toBe(404)
      const pods = core(arena, 'pods')
      await arena.create(pods, { metadata: { name: 'lone' }, spec: { schedulerName: 'nobody', containers: [{ name: 'app', image: 'registry.example/app:1', resources: { requests: { cpu: '100m' } } }] } })
      const ephemeral = await arena.call({ method: 'PATCH', path: `${pods}/lone/ephemeralcontainers`, type: 'application/strategic-merge-patch+json', body: { spec: { ephemeralContainers: [{ name: 'debug', image: 'registry.example/debug:1' }] } } })
      expect(ephemeral.body.spec.ephemeralContainers).toMatchObject([{ name: 'debug', image: 'registry.example/debug:1', terminationMessagePolicy: 'File' }])
      const gone = await arena.call({ method: 'PATCH', path: `${pods}/lone/ephemeralcontainers`, type: 'application/merge-patch+json', body: { spec: { ephemeralContainers: [] } } })
      expect(gone.status).toBe(422)
      const resized = await arena.call({ method: 'PATCH', path: `${pods}/lone/resize`, type: 'application/strategic-merge-patch+json', body: { spec: { containers: [{ name: 'app', resources: { requests: { cpu: '200m' } } }] } } })
      expect(resized.body.spec?.containers[0].resources.requests).toEqual({ cpu: '200m' })
      const askedFor = async (spec: object): Promise<unknown> => (await arena.call({ method: 'PATCH', path: `${pods}/lone/resize`, type: 'application/merge-patch+json', body: { spec } })).body.message
      const sized = (resources: object, more: object = {}): object => ({ containers: [{ name: 'app', image: 'registry.example/app:1', resources, ...more }] })
      expect(await askedFor(sized({ requests: { cpu: '200m' }, limits: { cpu: '200m' } }, { image: 'registry.example/other:1' }))).toBeUndefined()
      expect(await askedFor(sized({ requests: { cpu: '200m' } }))).toBe('Pod "lone" is invalid: spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed')
      expect(await askedFor(sized({ requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } }))).toBe('Pod "lone" is invalid: spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing')
      expect(await askedFor(sized({ requests: { cpu: '200m', 'ephemeral-storage': '1Gi' }, limits: { cpu: '200m' } }))).toBe('Pod "lone" is invalid: spec: Forbidden: only cpu and memory resources are mutable')
      expect(await askedFor({ containers: [{ name: 'renamed', image: 'registry.example/app:1', resources: { requests: { cpu: '200m' } } }] })).toBe('Pod "lone" is invalid: spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize')
      expect((await arena.call({ path: `${pods}/lone` })).body.spec?.containers[0]).toMatchObject({ image: 'registry.example/app:1', resources: { requests: { cpu: '200m' }, limits: { cpu: '200m' } } })
      const direct = await arena.call({ method: 'PATCH', path: `${pods}/lone`, type: 'application/strategic-merge-patch+json', body: { spec: { containers: [{ name: 'app', resources: { requests: { cpu: '300m' } } }] } } })
      expect(direct.status).toBe(422)
    },
  },
  {
    name: 'an autoscaler in both of its versions',
    run: async ({ call, create, namespace }) => {
      const at = (version: string, name = ''): string => `/apis/autoscaling/${version}/namespaces/${namespace}/horizontalpodautoscalers${name === '' ? '' : `/${name}`}`
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }
      await create(at('v1'), { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'first' }, spec: { maxReplicas: 3, scaleTargetRef, targetCPUUtilizationPercentage: 60 } })
      const cpu = (percent: number): object => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } })
      const asSecond = async (name: string): Promise<Body> => (await call({ path: at('v2', name) })).body
      expect(await asSecond('first')).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { minReplicas: 1, maxReplicas: 3, metrics: [cpu(60)] } })
      await create(at('v1'), { metadata: { name: 'bare' }, spec: { maxReplicas: 2, scaleTargetRef } })
      expect(await asSecond('bare')).toMatchObject({ spec: { metrics: [cpu(80)] } })

      const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } }
      const pods = { type: 'Pods', pods: { metric: { name: 'hits', selector: { matchLabels: { a: 'b' } } }, target: { type: 'AverageValue', averageValue: '5' } } }
      const outside = { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: '30' } } }
      const inside = { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 70 } } }
      const behavior = { scaleDown: { stabilizationWindowSeconds: 60, policies: [{ type: 'Pods', value: 1, periodSeconds: 30 }] } }
      await create(at('v2'), { metadata: { name: 'second', annotations: { mine: 'yes' } }, spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef, metrics: [memory, cpu(50), pods, outside, inside], behavior } })
      const { body } = await call({ path: at('v1', 'second') })
      expect(body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { minReplicas: 2, targetCPUUtilizationPercentage: 50 }, metadata: { annotations: { mine: 'yes' } } })
      expect(body['spec']).not.toHaveProperty('metrics')
      const annotations = (body['metadata'] as { annotations: Record<string, string> }).annotations
      expect(annotations['autoscaling.alpha.kubernetes.io/metrics']).toBe(
        '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}},{"type":"Pods","pods":{"metricName":"hits","targetAverageValue":"5","selector":{"matchLabels":{"a":"b"}}}},{"type":"External","external":{"metricName":"queue","targetValue":"30"}},{"type":"ContainerResource","containerResource":{"name":"cpu","targetAverageUtilization":70,"container":"app"}}]',
      )
      expect(JSON.parse(annotations['autoscaling.alpha.kubernetes.io/behavior'] ?? '')).toMatchObject({ ScaleDown: { StabilizationWindowSeconds: 60, SelectPolicy: 'Max', Policies: [{ Type: 'Pods', Value: 1, PeriodSeconds: 30 }] } })

      const patched = await call({ method: 'PATCH', path: at('v1', 'second'), type: 'application/merge-patch+json', body: { spec: { targetCPUUtilizationPercentage: 40 } } })
      expect(patched.body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 40 } })
      const second = await asSecond('second')
      expect(second).toMatchObject({ spec: { metrics: [memory, pods, outside, inside, cpu(40)], behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }, metadata: { annotations: { mine: 'yes' } } })
      expect(Object.keys((second['metadata'] as { annotations: object }).annotations)).toEqual(['mine'])
      const listed = (await call({ path: at('v1') })).body['items'] as Body[]
      expect(listed.map(({ spec }) => (spec as { targetCPUUtilizationPercentage?: number }).targetCPUUtilizationPercentage)).toEqual([80, 60, 40])
    },
  },
]
