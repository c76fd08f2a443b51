/**
 * A pod template without what the API server fills in, so that a manifest as written and the same one read back from
 * a cluster are one template. Values: `pkg/apis/core/v1/defaults.go`; the twin fills in the same ones.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { isRecord } from '../../kernel/json.ts'

type Fields = Readonly<Record<string, unknown>>

const POD: Fields = { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler', enableServiceLinks: true }
const CONTAINER: Fields = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }
const PROBE: Fields = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, initialDelaySeconds: 0 }
const HTTP_GET: Fields = { path: '/', scheme: 'HTTP' }
const VOLUME_SOURCE: Fields = { defaultMode: 420 }
const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers']
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']
const VOLUME_SOURCES = ['secret', 'configMap', 'downwardAPI', 'projected']

/** Explicit defaults and empty maps are left out; everything else stays. */
export function withoutDefaults(template: PodTemplateSpec): PodTemplateSpec {
  return change(template as Fields, 'spec', stripPod) as PodTemplateSpec
}

function stripPod(spec: Fields): Fields {
  let stripped = strip(spec, POD)
  // The old name of the same field is kept in step by the API server.
  if (stripped['serviceAccount'] === (stripped['serviceAccountName'] ?? stripped['serviceAccount'])) stripped = renamed(stripped)
  for (const list of CONTAINER_LISTS) stripped = changeEach(stripped, list, stripContainer)
  return changeEach(stripped, 'volumes', stripVolume)
}

function renamed(spec: Fields): Fields {
  const { serviceAccount, ...rest } = spec
  return serviceAccount === undefined ? spec : { ...rest, serviceAccountName: serviceAccount }
}

function stripContainer(container: Fields): Fields {
  let stripped = strip(container, { ...CONTAINER, imagePullPolicy: pullPolicyOf(String(container['image'] ?? '')) })
  stripped = changeEach(stripped, 'ports', (port) => strip(port, { protocol: 'TCP' }))
  for (const probe of PROBES) stripped = change(stripped, probe, (fields) => stripHandler(strip(fields, PROBE)))
  stripped = change(stripped, 'lifecycle', (hooks) => change(change(hooks, 'postStart', stripHandler), 'preStop', stripHandler))
  return changeEach(stripped, 'env', (entry) => change(entry, 'valueFrom', (source) => change(source, 'fieldRef', (field) => strip(field, { apiVersion: 'v1' }))))
}

function stripHandler(handler: Fields): Fields {
  return change(change(handler, 'httpGet', (get) => strip(get, HTTP_GET)), 'grpc', (grpc) => strip(grpc, { service: '' }))
}

function stripVolume(volume: Fields): Fields {
  let stripped = volume
  for (const source of VOLUME_SOURCES) stripped = change(stripped, source, (fields) => strip(fields, VOLUME_SOURCE))
  return change(strip(stripped, {}), 'hostPath', (path) => strip(path, { type: '' }))
}

/** An image without a tag, or with `latest`, is pulled at every start. */
function pullPolicyOf(image: string): string {
  const tag = /:([^/:@]+)$/.exec(image)?.[1]
  return !image.includes('@') && (tag === undefined || tag === 'latest') ? 'Always' : 'IfNotPresent'
}

function strip(fields: Fields, defaults: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => !(Object.hasOwn(defaults, key) && defaults[key] === value) && !(isRecord(value) && Object.keys(value).length === 0)))
}

function change(fields: Fields, key: string, how: (value: Fields) => Fields): Fields {
  const value = fields[key]
  return isRecord(value) ? { ...fields, [key]: how(value) } : fields
}

function changeEach(fields: Fields, key: string, how: (item: Fields) => Fields): Fields {
  const items = fields[key]
  return Array.isArray(items) ? { ...fields, [key]: items.map((item: unknown) => (isRecord(item) ? how(item) : item)) } : fields
}
