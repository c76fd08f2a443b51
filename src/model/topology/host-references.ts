/**
 * Which in-cluster hosts a workload talks to, read from what it is told: environment, arguments, ConfigMap values.
 *
 * A word is a host only where its form or its variable's name says so; a value such as `redis` in `CACHE_TYPE` names
 * a kind of cache. Values of Secrets are not here to be read.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../kube-object.ts'
import { containersOf, podTemplateOf } from '../kube/workload.ts'
import type { View } from '../view.ts'
import { keyOf, workloadsOf } from './ownership.ts'
import { perView } from '../per-view.ts'
import { servicesOf, type ServiceObject } from './services.ts'

export interface HostReference {
  readonly container: string
  /** Name of the variable, or `args[1]`. */
  readonly variable: string
  /** Where the value is written: the workload itself, or a ConfigMap and its key. */
  readonly from: { readonly type: 'workload' } | { readonly type: 'config-map'; readonly name: string; readonly key: string }
  readonly value: string
  readonly host: string
  readonly port: number | undefined
  /** The in-cluster name it would be: Service and namespace. */
  readonly service: string
  readonly namespace: string
  /** `fqdn`: it ends in `.svc`, so it can only be meant as a Service. */
  readonly form: 'fqdn' | 'short'
}

const URL_HOST = /\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s@/]*@)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?(?=[/?\s,;"']|$)/gi
const HOST_PORT = /(?:^|[\s,;=@"'])([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(\d{2,5})(?=[/\s,;"']|$)/gi
/** What shell scripts ask of a host: `nslookup db`, `nc -z db 5432`, `pg_isready -h db -p 5432`. */
const SCRIPT_HOST = /(?:\b(?:nslookup|dig|ping|host|getent (?:hosts|ahosts))\s+(?:-\S+\s+(?:\d+\s+)?)*|\b(?:nc|ncat|netcat|telnet)\s+(?:-\S+\s+(?:\d+\s+)?)*|\s(?:-h|--host(?:name)?|--server)[= ])([a-z][a-z0-9.-]*[a-z0-9])(?:\s+(?:-p\s*|--port[= ])?(\d{2,5}))?/gi
const BARE_HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i
const HOST_VARIABLE = /(^|[_.-])(host|hostname|addr|address|url|uri|endpoint|server|service|upstream|backend|broker|brokers|bootstrap)([_.-]?(name|s))?$/i
const PORT_VARIABLE = /(host(name)?|addr(ess)?|server|endpoint|service)$/i

/** Hosts a workload refers to that could be Services of this cluster. */
export function hostReferencesOf(view: View, workload: KubeObject): HostReference[] {
  const namespace = workload.metadata.namespace ?? 'default'
  return containersOf(podTemplateOf(workload)).flatMap((container) => {
    const values = [...plainValues(container), ...configValues(view, container, namespace)]
    return values.flatMap((value) => hostsIn(value, values).flatMap((found) => toReference({ container, value, found, namespace })))
  })
}

interface NamedValue {
  readonly variable: string
  readonly text: string
  readonly from: HostReference['from']
}

function plainValues(container: Container): NamedValue[] {
  const variables = (container.env ?? []).filter((entry) => entry.value !== undefined).map((entry) => ({ variable: entry.name, text: entry.value ?? '', from: { type: 'workload' as const } }))
  const words = [...(container.command ?? []), ...(container.args ?? [])]
  return [...variables, ...words.map((text, index) => ({ variable: `args[${index}]`, text: String(text), from: { type: 'workload' as const } }))]
}

function configValues(view: View, container: Container, namespace: string): NamedValue[] {
  const dataOf = (name: string | undefined): Record<string, string> =>
    (view.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: name ?? '' })?.['data'] as Record<string, string> | undefined) ?? {}
  const keyed = (container.env ?? []).flatMap((entry): NamedValue[] => {
    const ref = entry.valueFrom?.configMapKeyRef
    const text = ref === undefined ? undefined : dataOf(ref.name)[ref.key]
    return ref === undefined || text === undefined ? [] : [{ variable: entry.name, text, from: { type: 'config-map', name: ref.name ?? '', key: ref.key } }]
  })
  const whole = (container.envFrom ?? []).flatMap((source): NamedValue[] => {
    const name = source.configMapRef?.name
    return name === undefined ? [] : Object.entries(dataOf(name)).map(([key, text]) => ({ variable: (source.prefix ?? '') + key, text, from: { type: 'config-map', name, key } }))
  })
  return [...keyed, ...whole]
}

interface FoundHost {
  readonly host: string
  readonly port: number | undefined
}

function hostsIn(value: NamedValue, all: readonly NamedValue[]): FoundHost[] {
  const urls = [...value.text.matchAll(URL_HOST)].map(toHost)
  if (urls.length > 0) return urls
  const pairs = [...value.text.matchAll(HOST_PORT)].map(toHost)
  if (pairs.length > 0) return pairs
  const asked = value.variable.startsWith('args[') ? [...value.text.matchAll(SCRIPT_HOST)].map(toHost) : []
  if (asked.length > 0) return asked
  const bare = value.text.trim()
  if (!BARE_HOST.test(bare) || !(HOST_VARIABLE.test(value.variable) || bare.includes('.svc')) || /^\d+$/.test(bare)) return []
  return [{ host: bare, port: siblingPort(value.variable, all) }]
}

function toHost(match: RegExpMatchArray): FoundHost {
  return { host: match[1] ?? '', port: match[2] === undefined ? undefined : Number(match[2]) }
}

/** `DB_HOST` goes with `DB_PORT`. */
function siblingPort(variable: string, all: readonly NamedValue[]): number | undefined {
  const sibling = variable.replace(PORT_VARIABLE, 'PORT').replace(/host(name)?$/, 'port')
  const text = sibling === variable ? undefined : all.find((value) => value.variable.toLowerCase() === sibling.toLowerCase())?.text
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined
}

function toReference(options: { readonly container: Container; readonly value: NamedValue; readonly found: FoundHost; readonly namespace: string }): HostReference[] {
  const { container, value, found, namespace } = options
  const labels = found.host.toLowerCase().replace(/\.$/, '').split('.')
  // `db-0.db.shop.svc`: a pod by its name behind a headless Service.
  const [service = '', second, third] = labels[3] === 'svc' ? labels.slice(1) : labels
  const fqdn = third === 'svc'
  const inCluster = fqdn || labels.length <= 2
  if (!inCluster || service === 'localhost' || /^\d+$/.test(service)) return []
  const { variable, text, from } = value
  return [{ container: container.name, variable, from, value: text, host: found.host, port: found.port, service, namespace: second ?? namespace, form: fqdn ? 'fqdn' : 'short' }]
}

/** The Service a reference names, where there is one. */
export function serviceOfReference(view: View, reference: Pick<HostReference, 'service' | 'namespace'>): ServiceObject | undefined {
  return view.get({ apiVersion: 'v1', kind: 'Service', namespace: reference.namespace, name: reference.service }) as ServiceObject | undefined
}

const dependencies = perView((view): ReadonlyMap<string, readonly ServiceObject[]> => {
  if (servicesOf(view).length === 0) return new Map()
  return new Map(
    workloadsOf(view).map((workload) => {
      const services = hostReferencesOf(view, workload).map((reference) => serviceOfReference(view, reference)).filter((service) => service !== undefined)
      return [keyOf(workload), [...new Map(services.map((service) => [keyOf(service), service])).values()]]
    }),
  )
})

/** The Services a workload calls, as far as its configuration says. */
export function dependenciesOf(view: View, workload: KubeObject): readonly ServiceObject[] {
  return dependencies(view).get(keyOf(workload)) ?? []
}
