/**
 * What of an applied configuration does not fit the types of its kind, in the words of `structured-merge-diff`. Here nothing is
 * dropped: who owns a field has to know it.
 */

import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { schemaOf } from '../api/custom-objects.ts'
import { itemStep, pathText } from '../api/field-paths.ts'
import { shapeOf, type Shape } from '../api/merge/shape.ts'
import { prune } from '../schema/prune.ts'
import type { ResourceRequest } from './exchange.ts'
import { fieldsByName, OPAQUE } from './field-validation.ts'
import { goMap } from '../api/go-map.ts'
import { subresourceInfo } from './discovery.ts'
import { messageNamed, messageOfKind, type Field, type Message } from './protobuf/schema.ts'

interface Place {
  readonly path: string
  readonly shape: Shape
  readonly problems: string[]
}

export function typedProblems({ resource, route }: ResourceRequest, config: KubeObject): readonly string[] {
  const schema = route.subresource === 'scale' ? undefined : schemaOf(resource)
  if (schema !== undefined) return prune(config, schema).unknown.map((path) => `.${path}: field not declared in schema`)
  const message = messageNamed(messageOfKind(config.apiVersion, config.kind))
  const problems: string[] = []
  const { apiVersion: _, kind: __, ...body } = config
  const shape = shapeOf(route.subresource === undefined ? resource : { ...subresourceInfo(resource, route.subresource) })
  if (message !== undefined) checkMap(body, message, { path: '', shape, problems })
  return problems.sort()
}

function checkMap(value: unknown, message: Message, { path, shape, problems }: Place): void {
  if (value === null || value === undefined) return
  if (!isRecord(value)) return void problems.push(`${path}: expected map, got &{${goMap(value)}}`)
  const fields = fieldsByName(message)
  for (const [key, inner] of Object.entries(value)) {
    const field = fields.get(key)
    const place = { path: `${path}.${key}`, shape: shape.field(key), problems }
    if (field === undefined) problems.push(`${place.path}: field not declared in schema`)
    else checkField(inner, field, place)
  }
}

function checkField(value: unknown, field: Field, place: Place): void {
  const { path, shape, problems } = place
  if (value === null || value === undefined) return
  if (field.rule === 'repeated') {
    if (!Array.isArray(value)) return void problems.push(`${path}: expected list, got &{${goMap(value)}}`)
    const keys = shape.list
    value.forEach((item, index) => checkOne(item, field.type, { path: `${path}${Array.isArray(keys) && isRecord(item) ? pathText(itemStep(item, keys)) : `[${index}]`}`, shape: shape.item(), problems }))
  } else if (field.rule === 'map') {
    if (!isRecord(value)) return void problems.push(`${path}: expected map, got &{${goMap(value)}}`)
    for (const [key, item] of Object.entries(value)) checkOne(item, field.type, { path: `${path}.${key}`, shape: shape.field(key), problems })
  } else checkOne(value, field.type, place)
}

const NUMBERS = new Set(['int32', 'int64', 'double'])

function checkOne(value: unknown, type: string, place: Place): void {
  if (value === null || value === undefined || OPAQUE.has(type)) return
  const { path, problems } = place
  const message = messageNamed(type)
  if (message !== undefined) return checkMap(value, message, place)
  if (NUMBERS.has(type) && typeof value !== 'number') problems.push(`${path}: expected numeric (int or float), got ${goTypeOf(value)}`)
  if (type === 'bool' && typeof value !== 'boolean') problems.push(`${path}: expected boolean, got &{${goMap(value)}}`)
  if ((type === 'string' || type === 'bytes') && typeof value !== 'string') problems.push(`${path}: expected string, got &value.valueUnstructured{Value:${goMap(value)}}`)
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  return isRecord(value) ? 'map[string]interface {}' : typeof value === 'boolean' ? 'bool' : 'string'
}
