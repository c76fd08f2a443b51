/**
 * What custom resource definitions add to the OpenAPI documents: the schema of each version under its model name, its list, and its
 * paths (`apiextensions-apiserver/pkg/controller/openapi/builder`). The paths are those of a Deployment, with other names in them:
 * every kind has the same operations and parameters.
 */

import { isRecord } from '../../../kernel/json.ts'
import { apiVersionOf, type Resource } from '../../api/resource.ts'
import type { OpenApiDocument } from './release-documents.ts'
import { schemasOf } from './served-part.ts'
import { publishedSchema } from './published-schema.ts'

const MODEL = 'io.k8s.api.apps.v1.Deployment'
const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta'
const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

export interface CustomPart {
  readonly paths: Readonly<Record<string, unknown>>
  readonly schemas: Readonly<Record<string, unknown>>
}

/** `apps`: the release's document that has Deployments, in the same OpenAPI version. */
export function customPart(resource: Resource, apps: OpenApiDocument): CustomPart {
  const isV2 = apps['definitions'] !== undefined
  const model = modelName(resource)
  const reference = (name: string): object => ({ $ref: `#/${isV2 ? 'definitions' : 'components/schemas'}/${name}` })
  const typeMeta = typeMetaOf(apps)
  const { group, version, kind } = resource
  const schema = publishedSchema(resource.schema, { isV2, metadata: { ...reference(OBJECT_META), description: 'Standard object\'s metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata' }, typeMeta })
  const list = {
    description: `${kind}List is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...typeMeta,
      items: { description: `List of ${resource.plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`, type: 'array', items: reference(model) },
      metadata: reference(LIST_META),
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind: `${kind}List` }],
  }
  return {
    paths: pathsLike(resource, apps),
    schemas: { [model]: { ...schema, 'x-kubernetes-group-version-kind': [{ group, version, kind }] }, [`${model}List`]: list },
  }
}

/** `com.example.v1.Widget`. */
export function modelName({ group, version, kind }: Pick<Resource, 'group' | 'version' | 'kind'>): string {
  return [...group.split('.').reverse(), version, kind].join('.')
}

function typeMetaOf(apps: OpenApiDocument): Readonly<Record<string, unknown>> {
  const model = schemasOf(apps)[MODEL]
  const properties = isRecord(model) && isRecord(model['properties']) ? model['properties'] : {}
  return { apiVersion: properties['apiVersion'], kind: properties['kind'] }
}

function pathsLike(resource: Resource, apps: OpenApiDocument): Record<string, unknown> {
  const { group, plural, version, kind } = resource
  const camel = [...group.split('.'), version].map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')
  const entries = Object.entries(apps.paths).filter(([path]) => isLike(resource, path))
  const text = JSON.stringify(Object.fromEntries(entries))
    .replaceAll(MODEL, modelName(resource))
    .replaceAll('/apis/apps/v1', `/apis/${apiVersionOf(resource)}`)
    .replaceAll('/deployments', `/${plural}`)
    .replaceAll('"application/strategic-merge-patch+json",', '')
    .replaceAll('"group":"apps","kind":"Deployment","version":"v1"', JSON.stringify({ group, kind, version }).slice(1, -1))
    .replaceAll('AppsV1', camel)
    .replaceAll('apps_v1', `${camel.charAt(0).toLowerCase()}${camel.slice(1)}_${version}`)
    .replaceAll('Deployment', kind)
  const paths = JSON.parse(text) as Record<string, unknown>
  return resource.namespaced ? paths : Object.fromEntries(Object.entries(paths).map(([path, item]) => [path.replace('/namespaces/{namespace}', ''), withoutNamespace(item)]))
}

function isLike(resource: Resource, path: string): boolean {
  const [, within = '', subresource = ''] = /^\/apis\/apps\/v1(\/namespaces\/\{namespace\})?\/deployments(?:\/\{name\}(?:\/(\w+))?)?$/.exec(path) ?? ['', undefined]
  if (!path.startsWith('/apis/apps/v1') || !/\/deployments(\/|$)/.test(path) || path.includes('/watch/')) return false
  if (within === '' && !resource.namespaced) return false
  return subresource === '' || resource.subresources.includes(subresource)
}

function withoutNamespace(item: unknown): unknown {
  if (!isRecord(item) || !Array.isArray(item['parameters'])) return item
  const isNamespace = (parameter: unknown): boolean => isRecord(parameter) && (parameter['name'] === 'namespace' || String(parameter['$ref'] ?? '').includes('/namespace-'))
  return { ...item, parameters: item['parameters'].filter((parameter) => !isNamespace(parameter)) }
}
