/** Cases of the API contract: claims for devices, their classes, and what drivers offer. Nobody allocates here but the cases. */

import { expect } from 'vitest'
import type { ApiArena, ApiCase, Body } from './api-arena.ts'

const GROUP = '/apis/resource.k8s.io/v1'
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1'
const MERGE = 'application/merge-patch+json'
const DRIVER = 'gpu.example.com'
const request = (extra: object = {}): object => ({ devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: DRIVER, ...extra } }] } })
const RESULT = { request: 'gpu', driver: DRIVER, pool: 'nowhere', device: 'gpu-0' }
const ALLOCATION = { devices: { results: [RESULT] } }
/** Of a kind that no controller knows: what a pod reserves is given back when there is no such pod. */
const CONSUMER = { apiGroup: 'example.com', resource: 'things', name: 'p', uid: 'b7a4c2f0-0000-4000-8000-000000000001' }

const causes = (body: Body): unknown => body.details.causes.map(({ field, message }: Body) => `${field}: ${message}`)
const cells = async (arena: ApiArena, path: string, age: number): Promise<unknown> => (await arena.call({ path, accept: TABLE })).body.rows[0].cells.toSpliced(age, 1)

export const DEVICE_CASES: readonly ApiCase[] = [
  {
    name: 'a claim is allocated, reserved and given back',
    run: async (arena) => {
      const path = `${GROUP}/namespaces/${arena.namespace}/resourceclaims`
      await arena.create(path, { metadata: { name: 'c' }, spec: request(), status: { allocation: ALLOCATION } })
      const claim = `${path}/c`
      const write = (status: object): ReturnType<ApiArena['call']> => arena.call({ method: 'PATCH', path: `${claim}/status`, type: MERGE, body: { metadata: { labels: { app: 'a' } }, status } })
      expect((await arena.call({ path: claim })).body).toMatchObject({ spec: request({ allocationMode: 'ExactCount', count: 1 }), status: {} })
      expect(await cells(arena, claim, 2)).toEqual(['c', 'pending'])
      expect(causes((await write({ reservedFor: [CONSUMER] })).body)).toEqual(['status.reservedFor: Forbidden: may not be specified when `allocated` is not set'])
      expect(causes((await write({ allocation: { devices: { results: [{ ...RESULT, request: 'other', driver: '', pool: '', device: 'Bad_Name' }] } } })).body)).toEqual([
        "status.allocation.devices.results[0].request: Invalid value: \"other\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
        'status.allocation.devices.results[0].driver: Required value',
        'status.allocation.devices.results[0].pool: Required value',
        expect.stringMatching(/^status\.allocation\.devices\.results\[0\]\.device: Invalid value: "Bad_Name"/),
      ])
      const allocated = await write({ allocation: ALLOCATION, reservedFor: [CONSUMER], devices: [{ driver: DRIVER, pool: 'nowhere', device: 'gpu-0', data: { a: 1 } }] })
      expect(allocated.body.status).toEqual({ allocation: ALLOCATION, reservedFor: [CONSUMER], devices: [{ conditions: null, driver: DRIVER, pool: 'nowhere', device: 'gpu-0', data: { a: 1 } }] })
      expect(allocated.body.metadata.labels).toBeUndefined()
      expect(await cells(arena, claim, 2)).toEqual(['c', 'allocated,reserved'])
      expect(causes((await write({ allocation: { devices: { results: [{ ...RESULT, device: 'gpu-1' }] } } })).body)).toEqual(expect.arrayContaining([expect.stringMatching(/^status\.allocation: Invalid value: .*: field is immutable$/)]))
      expect(causes((await write({ devices: [{ driver: DRIVER, pool: 'nowhere', device: 'gpu-9' }] })).body)).toEqual(['status.devices[0]: Invalid value: {"Driver":"gpu.example.com","Pool":"nowhere","Device":"gpu-9","ShareID":""}: must be an allocated device in the claim'])
      expect((await write({ allocation: null, reservedFor: null })).body.status).toEqual({})
      const changed = await arena.call({ method: 'PATCH', path: claim, type: MERGE, body: { spec: request({ count: 2 }) } })
      expect(causes(changed.body)).toEqual([expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/)])
    },
  },
  {
    name: 'who oversees devices does so in a namespace that is marked for it',
    run: async (arena) => {
      const path = `${GROUP}/namespaces/${arena.namespace}/resourceclaimtemplates`
      const template = { metadata: { name: 't' }, spec: { spec: request({ adminAccess: true }) } }
      const refused = await arena.call({ method: 'POST', path, body: template })
      expect(causes(refused.body)).toEqual(['spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace'])
      await arena.call({ method: 'PATCH', path: `/api/v1/namespaces/${arena.namespace}`, type: MERGE, body: { metadata: { labels: { 'resource.kubernetes.io/admin-access': 'true' } } } })
      await arena.until({ method: 'POST', path, body: template }, ({ status }) => status === 201)
    },
  },
  {
    name: 'a status is written by who may bind claims, and told by who may drive devices',
    run: async (arena) => {
      const user = `driver-${arena.unique}`
      const path = `${GROUP}/namespaces/${arena.namespace}/resourceclaims`
      await arena.create(path, { metadata: { name: 'c' }, spec: request() })
      const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
      const rule = { apiGroups: ['resource.k8s.io'], resources: ['resourceclaims', 'resourceclaims/status'], verbs: ['get', 'patch'] }
      await arena.create(role, { metadata: { name: user }, rules: [rule] })
      await arena.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { metadata: { name: user }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user }, subjects: [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }] })
      const as = { 'impersonate-user': user }
      const allocate = { method: 'PATCH', path: `${path}/c/status`, type: MERGE, headers: as, body: { status: { allocation: ALLOCATION, devices: [{ driver: DRIVER, pool: 'nowhere', device: 'gpu-0' }] } } }
      const refused = await arena.until(allocate, ({ status }) => status === 422)
      const whose = `resourceclaims.resource.k8s.io is forbidden: User "${user}" cannot patch resource "resourceclaims/binding" in API group "resource.k8s.io" at the cluster scope`
      const driver = `resourceclaims.resource.k8s.io "${DRIVER}" is forbidden: User "${user}" cannot arbitrary-node:patch resource "resourceclaims/driver" in API group "resource.k8s.io" in the namespace "${arena.namespace}"`
      expect(causes(refused.body)).toEqual([
        `status.allocation: Forbidden: changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="patch" permission: ${whose}`,
        `status.devices: Forbidden: changing status.devices requires resource="resourceclaims/driver", verb="[arbitrary-node:patch]" permission: ${driver}`,
      ])
      const rights = [{ apiGroups: ['resource.k8s.io'], resources: ['resourceclaims/binding'], verbs: ['patch'] }, { apiGroups: ['resource.k8s.io'], resources: ['resourceclaims/driver'], resourceNames: [DRIVER], verbs: ['arbitrary-node:patch'] }]
      await arena.call({ method: 'PATCH', path: `${role}/${user}`, type: MERGE, body: { rules: [rule, ...rights] } })
      await arena.until(allocate, ({ status }) => status === 200)
    },
  },
  {
    name: 'a quota counts devices by their class',
    run: async (arena) => {
      const base = `/api/v1/namespaces/${arena.namespace}/resourcequotas`
      const path = `${GROUP}/namespaces/${arena.namespace}/resourceclaims`
      const name = `${DRIVER}.deviceclass.resource.k8s.io/devices`
      await arena.create(base, { metadata: { name: 'q' }, spec: { hard: { [name]: '5', 'count/resourceclaims.resource.k8s.io': '9' } } })
      await arena.until({ path: `${base}/q` }, ({ body }) => body.status?.used?.[name] === '0')
      const firstAvailable = [{ name: 'a', deviceClassName: DRIVER, count: 3 }, { name: 'b', deviceClassName: DRIVER }]
      await arena.until({ method: 'POST', path, body: { metadata: { name: 'c' }, spec: { devices: { requests: [{ name: 'gpu', firstAvailable }] } } } }, ({ status }) => status === 201)
      await arena.until({ path: `${base}/q` }, ({ body }) => body.status?.used?.[name] === '3' && body.status.used['count/resourceclaims.resource.k8s.io'] === '1')
      const refused = await arena.call({ method: 'POST', path, body: { metadata: { name: 'd' }, spec: request({ allocationMode: 'All' }) } })
      expect(refused).toMatchObject({ status: 403, body: { message: `resourceclaims.resource.k8s.io "d" is forbidden: exceeded quota: q, requested: ${name}=32, used: ${name}=3, limited: ${name}=5` } })
    },
  },
  {
    name: 'classes and slices count their changes, and are found by node and driver',
    run: async (arena) => {
      const name = `api-${arena.unique}`
      const pool = { name: 'nowhere', generation: 1, resourceSliceCount: 1 }
      await arena.create(`${GROUP}/deviceclasses`, { metadata: { name }, spec: { selectors: [{ cel: { expression: `device.driver == "${DRIVER}"` } }] } })
      await arena.create(`${GROUP}/resourceslices`, { metadata: { name }, spec: { driver: DRIVER, pool, nodeName: name, devices: [{ name: 'gpu-0', capacity: { memory: { value: '0.5Gi' } }, taints: [{ key: 'a', effect: 'NoSchedule' }] }] } })
      const [device] = (await arena.call({ path: `${GROUP}/resourceslices/${name}` })).body.spec.devices
      expect(device).toMatchObject({ capacity: { memory: { value: '512Mi' } }, taints: [{ key: 'a', effect: 'NoSchedule', timeAdded: expect.stringMatching(/Z$/) as unknown }] })
      const changed = await arena.call({ method: 'PATCH', path: `${GROUP}/resourceslices/${name}`, type: MERGE, body: { spec: { pool: { ...pool, generation: 2 } } } })
      expect(changed.body.metadata.generation).toBe(2)
      const found = await arena.call({ path: `${GROUP}/resourceslices?fieldSelector=spec.nodeName%3D${name},spec.driver%3D${DRIVER}` })
      expect(found.body.items.map(({ metadata }: Body) => metadata.name)).toEqual([name])
      expect(await cells(arena, `${GROUP}/resourceslices/${name}`, 4)).toEqual([name, name, DRIVER, 'nowhere'])
      expect(await cells(arena, `${GROUP}/deviceclasses/${name}`, 1)).toEqual([name])
      expect((await arena.call({ method: 'DELETE', path: `${GROUP}/deviceclasses/${name}` })).body).toMatchObject({ kind: 'DeviceClass', metadata: { name, generation: 1 } })
    },
  },
]
