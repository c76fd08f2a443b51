/** Cases of the API contract: custom resource definitions and their objects. */

import { expect } from 'vitest'
import type { ApiArena, ApiCase, ApiResponse, Body } from './api-arena.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

interface Kind {
  readonly group: string
  readonly path: string
  readonly definition: string
  readonly apiVersion: string
}

/** Each case has an API group of its own. */
async function define(arena: ApiArena, version: Record<string, unknown>, more: { readonly spec?: object; readonly versions?: readonly object[] } = {}): Promise<Kind> {
  const group = `${arena.unique}.${arena.namespace}.example.com`
  const definition = `widgets.${group}`
  await arena.create(CRDS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: definition },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wd'], categories: ['all'] },
      versions: [{ name: 'v1', served: true, storage: true, ...version }, ...(more.versions ?? [])],
      ...more.spec,
    },
  })
  const established = ({ body }: ApiResponse): boolean => body.status?.conditions?.some(({ type, status }: Body) => type === 'Established' && status === 'True') === true
  await arena.until({ path: `${CRDS}/${definition}` }, established)
  const path = `/apis/${group}/v1/namespaces/${arena.namespace}/widgets`
  await arena.until({ path }, ({ status }) => status === 200)
  return { group, path, definition, apiVersion: `${group}/v1` }
}

function widget({ apiVersion }: Kind, name: string, rest: object): object {
  return { apiVersion, kind: 'Widget', metadata: { name }, ...rest }
}

function schema(spec: object, rest: object = {}): Record<string, unknown> {
  return { schema: { openAPIV3Schema: { type: 'object', properties: { spec, ...rest } } } }
}

async function refusal(arena: ApiArena, kind: Kind, spec: object): Promise<string> {
  const response = await arena.call({ method: 'POST', path: kind.path, body: widget(kind, 'bad', { spec }) })
  return response.status === 201 ? 'taken' : `${response.status} ${(response.body.message as string).replace(`Widget.${kind.group} "bad" is invalid: `, '')}`
}

export const CUSTOM_CASES: readonly ApiCase[] = [
  {
    name: 'a definition is accepted, established and discovered',
    run: async (arena) => {
      const kind = await define(arena, schema({ type: 'object', properties: { size: { type: 'integer', description: 'how large' } } }))
      const { status } = (await arena.call({ path: `${CRDS}/${kind.definition}` })).body
      expect(status).toMatchObject({ storedVersions: ['v1'], acceptedNames: { kind: 'Widget', plural: 'widgets' } })
      expect(status.conditions.map(({ type, status: value, reason }: Body) => `${type} ${value} ${reason}`)).toEqual(expect.arrayContaining(['NamesAccepted True NoConflicts', 'Established True InitialNamesAccepted']))
      const { resources } = (await arena.until({ path: `/apis/${kind.group}/v1` }, (response) => response.status === 200)).body
      expect(resources[0]).toMatchObject({ name: 'widgets', singularName: 'widget', kind: 'Widget', namespaced: true, shortNames: ['wd'], categories: ['all'] })
      const published = await arena.until({ path: `/openapi/v3/apis/${kind.group}/v1` }, (response) => response.status === 200)
      const model = [...kind.group.split('.').reverse(), 'v1', 'Widget'].join('.')
      expect(published.body.components.schemas[model]).toMatchObject({ type: 'object', properties: { spec: { properties: { size: { type: 'integer', description: 'how large' } } }, metadata: {}, kind: {}, apiVersion: {} }, 'x-kubernetes-group-version-kind': [{ group: kind.group, kind: 'Widget', version: 'v1' }] })
    },
  },
  {
    name: 'unknown fields are pruned, defaults filled in, warnings given',
    run: async (arena) => {
      const kind = await define(
        arena,
        schema({
          type: 'object',
          properties: {
            size: { type: 'integer', default: 3 },
            open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { shut: { type: 'object', properties: { a: { type: 'string' } } } } },
            list: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, mode: { type: 'string', default: 'fast' } } } },
            table: { type: 'object', additionalProperties: { type: 'object', properties: { on: { type: 'boolean', default: true } } } },
          },
        }),
      )
      const spec = { color: 'red', open: { any: { thing: 1 }, shut: { a: 'x', b: 'y' } }, list: [{ name: 'n', extra: 1 }], table: { k: {} } }
      const made = await arena.call({ method: 'POST', path: kind.path, body: widget(kind, 'one', { spec, other: true }) })
      expect(made.body.spec).toEqual({ size: 3, open: { any: { thing: 1 }, shut: { a: 'x' } }, list: [{ name: 'n', mode: 'fast' }], table: { k: { on: true } } })
      expect(made.body).not.toHaveProperty('other')
      expect(made.headers['warning']).toBe(['other', 'spec.color', 'spec.list[0].extra', 'spec.open.shut.b'].map((path) => `299 - "unknown field \\"${path}\\""`).join(', '))
      const strict = await arena.call({ method: 'POST', path: `${kind.path}?fieldValidation=Strict`, body: widget(kind, 'two', { spec: { color: 'red' } }) })
      expect(strict.body).toMatchObject({ code: 400, message: 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.color"' })
    },
  },
  {
    name: 'values are checked against the schema, in these words',
    run: async (arena) => {
      const kind = await define(
        arena,
        schema({
          type: 'object',
          required: ['size'],
          properties: {
            size: { type: 'integer', minimum: 1, maximum: 10, multipleOf: 2 },
            name: { type: 'string', minLength: 2, maxLength: 4, pattern: '^[a-z]+$' },
            mode: { type: 'string', enum: ['slow', 'fast'] },
            tags: { type: 'array', maxItems: 2, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
            ports: { type: 'array', items: { type: 'object', required: ['port'], properties: { port: { type: 'integer' } } }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port'] },
            when: { type: 'string', format: 'date-time' },
            amount: { 'x-kubernetes-int-or-string': true },
            note: { type: 'string', nullable: true },
            pick: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
          },
        }),
      )
      const rows: readonly (readonly [object, string])[] = [
        [{ size: 2, amount: '50%', note: null }, 'taken'],
        [{}, '422 spec.size: Required value'],
        [{ size: 'x' }, '422 spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'],
        [{ size: 0 }, '422 spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
        [{ size: 12 }, '422 spec.size: Invalid value: 12: spec.size in body should be less than or equal to 10'],
        [{ size: 3 }, '422 spec.size: Invalid value: 3: spec.size in body should be a multiple of 2'],
        [{ size: 2, name: 'a' }, '422 spec.name: Invalid value: "a": spec.name in body should be at least 2 chars long'],
        [{ size: 2, name: 'abcde' }, '422 spec.name: Too long: may not be more than 4 bytes'],
        [{ size: 2, name: 'A1' }, "422 spec.name: Invalid value: \"A1\": spec.name in body should match '^[a-z]+$'"],
        [{ size: 2, mode: 'odd' }, '422 spec.mode: Unsupported value: "odd": supported values: "slow", "fast"'],
        [{ size: 2, tags: ['a', 'b', 'c'] }, '422 spec.tags: Too many: 3: must have at most 2 items'],
        [{ size: 2, tags: ['a', 'a'] }, '422 spec.tags[1]: Duplicate value: "a"'],
        [{ size: 2, ports: [{ port: 1 }, { port: 1 }] }, '422 spec.ports[1]: Duplicate value: {"port":1}'],
        [{ size: 2, when: 'today' }, '422 spec.when: Invalid value: "today": spec.when in body must be of type date-time: "today"'],
        [{ size: 2, amount: true }, '422 spec.amount: Invalid value: "boolean": spec.amount in body must be of type integer,string: "boolean"'],
        [{ size: 2, tags: [1] }, '422 spec.tags[0]: Invalid value: "integer": spec.tags[0] in body must be of type string: "integer"'],
        [{ size: 2, pick: {} }, '422 [<nil>: Invalid value: "": "spec.pick" must validate one and only one schema (oneOf). Found none valid, spec.pick.a: Required value]'],
        [{ size: 2, pick: { a: 'x', b: 'y' } }, '422 <nil>: Invalid value: "": "spec.pick" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
      ]
      const found: string[] = []
      for (const [spec] of rows) found.push(await refusal(arena, kind, spec))
      expect(found).toEqual(rows.map(([, expected]) => expected))
    },
  },
  {
    name: 'rules in CEL, over the object and over the change',
    run: async (arena) => {
      const kind = await define(
        arena,
        schema({
          type: 'object',
          'x-kubernetes-validations': [
            { rule: 'self.min <= self.max', message: 'min over max' },
            { rule: "!has(self.name) || self.name.startsWith('w-')", messageExpression: "'not a good name: ' + self.name", fieldPath: '.name' },
          ],
          properties: {
            min: { type: 'integer' },
            max: { type: 'integer' },
            name: { type: 'string' },
            fixed: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'fixed is fixed' }] },
            list: { type: 'array', maxItems: 5, items: { type: 'string' }, 'x-kubernetes-validations': [{ rule: "self.all(item, item.matches('^[a-z]+$'))" }] },
          },
        }),
      )
      expect(await refusal(arena, kind, { min: 3, max: 2 })).toBe('422 spec: Invalid value: min over max')
      expect(await refusal(arena, kind, { min: 1, max: 2, name: 'x' })).toBe('422 spec.name: Invalid value: not a good name: x')
      expect(await refusal(arena, kind, { min: 1, max: 2, list: ['A'] })).toBe("422 spec.list: Invalid value: failed rule: self.all(item, item.matches('^[a-z]+$'))")
      await arena.create(kind.path, widget(kind, 'good', { spec: { min: 1, max: 2, fixed: 'a' } }))
      const changed = await arena.call({ method: 'PATCH', path: `${kind.path}/good`, type: 'application/merge-patch+json', body: { spec: { fixed: 'b' } } })
      expect(changed.body).toMatchObject({ code: 422, message: `Widget.${kind.group} "good" is invalid: spec.fixed: Invalid value: "b": fixed is fixed` })
    },
  },
  {
    name: 'status and scale are parts of their own',
    run: async (arena) => {
      const properties = { replicas: { type: 'integer' } }
      const version = { ...schema({ type: 'object', properties }, { status: { type: 'object', properties: { ...properties, selector: { type: 'string' } } } }), subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' } } }
      const kind = await define(arena, version)
      const made = await arena.create(kind.path, widget(kind, 'one', { spec: { replicas: 1 }, status: { replicas: 9 } }))
      expect(made).not.toHaveProperty('status')
      expect(made.metadata.generation).toBe(1)
      const reported = await arena.call({ method: 'PATCH', path: `${kind.path}/one/status`, type: 'application/merge-patch+json', body: { status: { replicas: 1, selector: 'app=one' }, spec: { replicas: 7 } } })
      expect(reported.body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1 }, metadata: { generation: 1 } })
      const scale = (await arena.call({ path: `${kind.path}/one/scale` })).body
      expect(scale).toMatchObject({ apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 1 }, status: { replicas: 1, selector: 'app=one' } })
      await arena.call({ method: 'PATCH', path: `${kind.path}/one/scale`, type: 'application/merge-patch+json', body: { spec: { replicas: 4 } } })
      expect((await arena.call({ path: `${kind.path}/one` })).body).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 2 } })
    },
  },
  {
    name: 'apply follows the types of its lists',
    run: async (arena) => {
      const keyed = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, value: { type: 'string' } } } }
      const kind = await define(arena, schema({ type: 'object', properties: { keyed, whole: { type: 'array', items: { type: 'string' } }, set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' } } }))
      const apply = (spec: object, manager: string): Promise<ApiResponse> => arena.call({ method: 'PATCH', path: `${kind.path}/one?fieldManager=${manager}&force=true`, type: 'application/apply-patch+yaml', body: widget(kind, 'one', { spec }) })
      await apply({ keyed: [{ name: 'a', value: '1' }], whole: ['x'], set: ['p'] }, 'one')
      const second = await apply({ keyed: [{ name: 'b', value: '2' }], whole: ['y'], set: ['q'] }, 'two')
      expect(second.body.spec).toEqual({ keyed: [{ name: 'a', value: '1' }, { name: 'b', value: '2' }], whole: ['y'], set: ['p', 'q'] })
      expect(second.body.metadata.managedFields.find(({ manager }: Body) => manager === 'two').fieldsV1).toEqual({ 'f:spec': { 'f:keyed': { 'k:{"name":"b"}': { '.': {}, 'f:name': {}, 'f:value': {} } }, 'f:set': { 'v:"q"': {} }, 'f:whole': {} } })
      const third = await apply({ set: ['p'] }, 'one')
      expect(third.body.spec).toEqual({ keyed: [{ name: 'b', value: '2' }], whole: ['y'], set: ['p', 'q'] })
      expect((await arena.call({ method: 'PATCH', path: `${kind.path}/one`, type: 'application/strategic-merge-patch+json', body: {} })).status).toBe(415)
    },
  },
  {
    name: 'versions share their objects, and columns are printed',
    run: async (arena) => {
      const columns = [{ name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'its size' }]
      const open = schema({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
      const kind = await define(arena, { ...open, additionalPrinterColumns: columns }, { versions: [{ name: 'v2', served: true, storage: false, ...open }] })
      await arena.create(kind.path, widget(kind, 'one', { spec: { size: 5 } }))
      const second = kind.path.replace('/v1/', '/v2/')
      const read = await arena.until({ path: `${second}/one` }, ({ status }) => status === 200)
      expect(read.body).toMatchObject({ apiVersion: `${kind.group}/v2`, spec: { size: 5 } })
      const table = (await arena.call({ path: kind.path, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body
      expect(table.columnDefinitions.map(({ name }: Body) => name)).toEqual(['Name', 'Size'])
      expect(table.rows[0].cells).toEqual(['one', 5])
    },
  },
  {
    name: 'what the stored version does not know is not kept',
    run: async (arena) => {
      const sized = { size: { type: 'integer' } }
      const fields = (properties: object): Record<string, unknown> => schema({ type: 'object', properties })
      const kind = await define(arena, fields({ ...sized, kept: { type: 'string', default: 'first' } }), { versions: [{ name: 'v2', served: true, storage: false, ...fields({ ...sized, color: { type: 'string', default: 'red' } }) }] })
      const second = kind.path.replace('/v1/', '/v2/')
      await arena.until({ path: second }, ({ status }) => status === 200)
      const made = await arena.create(second, { apiVersion: `${kind.group}/v2`, kind: 'Widget', metadata: { name: 'one' }, spec: { size: 5, other: 1 } })
      expect(made['apiVersion']).toBe(`${kind.group}/v2`)
      const read = await Promise.all([kind.path, second].map(async (path) => (await arena.call({ path: `${path}/one` })).body['spec'] as unknown))
      for (const spec of [made['spec'], ...read]) {
        expect(spec).toMatchObject({ size: 5 })
        expect(spec).not.toHaveProperty('color')
        expect(spec).not.toHaveProperty('other')
      }
      const patched = await arena.call({ method: 'PATCH', path: `${second}/one`, type: 'application/merge-patch+json', body: { spec: { size: 6 } } })
      expect(patched.body['spec']).toMatchObject({ size: 6 })
    },
  },
  {
    name: 'a definition that goes takes its objects along',
    run: async (arena) => {
      const kind = await define(arena, schema({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }))
      await arena.create(kind.path, widget(kind, 'one', {}))
      await arena.call({ method: 'DELETE', path: `${CRDS}/${kind.definition}` })
      await arena.until({ path: kind.path }, ({ status }) => status === 404)
      await arena.until({ path: `${CRDS}/${kind.definition}` }, ({ status }) => status === 404)
    },
  },
  {
    name: 'definitions that cannot be',
    run: async (arena) => {
      const post = async (name: string, spec: object): Promise<Body> => (await arena.call({ method: 'POST', path: CRDS, body: { metadata: { name }, spec } })).body
      const names = { plural: 'things', kind: 'Thing' }
      const version = { name: 'v1', served: true, storage: true, ...schema({ type: 'object' }) }
      expect(await post('wrong.example.com', { group: 'example.com', scope: 'Cluster', names, versions: [version] })).toMatchObject({ code: 422, message: expect.stringContaining('metadata.name: Invalid value: "wrong.example.com": must be spec.names.plural+"."+spec.group') as unknown })
      expect(await post('things.example.com', { group: 'example.com', scope: 'Cluster', names, versions: [{ ...version, storage: false }] })).toMatchObject({ code: 422, message: expect.stringContaining('spec.versions: Invalid value') as unknown })
      expect(await post('things.example.com', { group: 'example.com', scope: 'Cluster', names, versions: [{ name: 'v1', served: true, storage: true }] })).toMatchObject({ code: 422, message: expect.stringContaining('spec.versions[0].schema.openAPIV3Schema: Required value') as unknown })
      expect(await post('things.example.com', { group: 'example.com', scope: 'Cluster', names, versions: [{ ...version, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { properties: {} } } } } }] })).toMatchObject({ code: 422, message: expect.stringContaining('spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields') as unknown })
    },
  },
]
