/** What the API server would refuse of a container: its ports and their names, its amounts, its mounts. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, FieldPath } from '../../model/audit.ts'
import { groupOf } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { containerText, type AuditedContainer } from '../shared/templates.ts'

export type Fault = Omit<AuditFinding, 'of'>

/** IANA_SVC_NAME, as the API server checks it. */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]([a-z0-9]|-(?!-))*(?<!-)$/

export function containerFaults(item: AuditedContainer): Fault[] {
  const { container, path } = item
  const ports = container.ports ?? []
  return [
    ...ports.flatMap((port, index): Fault[] => (isPort(port.containerPort) || isLeftOpen(port.containerPort) ? [] : [{ path: [...path, 'ports', index], summary: `${containerText(item)} names port ${String(port.containerPort)}`, advice: 'A port is a number from 1 to 65535.', cause: 'a port that is none' }])),
    ...ports.flatMap(({ name }, index): Fault[] => (name === undefined || PORT_NAME.test(name) || isLeftOpen(name) ? [] : [{ path: [...path, 'ports', index, 'name'], summary: `${containerText(item)} calls a port ${name}`, advice: 'At most 15 small letters, digits and hyphens, with a letter among them.', cause: 'a name that a port cannot have' }])),
    ...twice(ports.flatMap(({ name }) => (name === undefined ? [] : [name])), { path: [...path, 'ports'], what: `port of ${containerText(item)}` }),
    ...mounts(item),
    ...amounts(item),
  ]
}

/** A variable that something else fills in. */
function isLeftOpen(value: unknown): boolean {
  return typeof value === 'string' && /\{\{|\$\{|\$\(/.test(value)
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535
}

/** The claim templates of a StatefulSet are volumes too. */
function mounts(item: AuditedContainer): Fault[] {
  const { template, container, path } = item
  const claims = (template.owner['spec'] as { volumeClaimTemplates?: readonly { metadata?: { name?: string } }[] } | undefined)?.volumeClaimTemplates ?? []
  const known = new Set([...(template.spec.volumes ?? []).map(({ name }) => name), ...claims.map(({ metadata }) => metadata?.name)])
  // What a custom resource mounts may come from what its operator adds.
  if (template.owner.kind !== 'Pod' && groupOf(template.owner.apiVersion).includes('.') && template.owner.kind !== 'Rollout') return []
  return (container.volumeMounts ?? []).flatMap(({ name }, index) => (known.has(name) ? [] : [{ path: [...path, 'volumeMounts', index], summary: `${containerText(item)} mounts ${name}, and its pod has no such volume`, advice: 'Declare the volume, or correct the name.', cause: 'a mount without its volume' }]))
}

function amounts(item: AuditedContainer): Fault[] {
  const { container, path } = item
  const resources = container.resources ?? {}
  const unreadable = (['requests', 'limits'] as const).flatMap((list) => Object.entries(resources[list] ?? {}).flatMap(([name, amount]): Fault[] => (parseMilli(amount) === undefined && !isLeftOpen(amount) ? [{ path: [...path, 'resources', list, name], summary: `${containerText(item)} asks for ${name} ${String(amount)}, which is no quantity`, advice: 'Write it as 100m, 1.5, 256Mi or 1Gi.', cause: 'a quantity that is none' }] : [])))
  return [...unreadable, ...aboveLimit(container, path, containerText(item))]
}

function aboveLimit({ resources }: Container, path: FieldPath, of: string): Fault[] {
  return Object.entries(resources?.requests ?? {}).flatMap(([name, asked]) => {
    const [request, limit] = [parseMilli(asked), parseMilli(resources?.limits?.[name])]
    return request === undefined || limit === undefined || request <= limit ? [] : [{ path: [...path, 'resources', 'requests', name], summary: `${of} requests ${name} ${String(asked)} and is limited to ${String(resources?.limits?.[name])}`, advice: 'A request is at most the limit.', cause: 'a request above its limit' }]
  })
}

export function twice(names: readonly string[], { path, what }: { readonly path: FieldPath; readonly what: string }): Fault[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => ({ path, summary: `${name} is given twice, as the name of a ${what}`, advice: 'Names are unique here.', cause: 'a name that is given twice' }))
}

