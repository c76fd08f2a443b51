/** Small clusters for tests of the twin's own behaviour. */

import type { KubeObject } from '../model/kube-object.ts'
import { isPod, type PodObject } from '../model/kube/workload.ts'
import { parseWorld } from '../model/world.ts'
import { createTwin, type Twin } from './twin.ts'

export const TEST_START_MS = Date.parse('2026-03-01T12:00:00Z')
export const TEST_VERSION = { major: 1, minor: 36, gitVersion: 'v1.36.2' }

/** A namespace `shop` and some nodes, then the objects. `world` is what `worldSchema` takes. */
export function testTwin(options: { readonly objects?: readonly KubeObject[]; readonly world?: unknown; readonly nodes?: number; readonly seed?: number; readonly minor?: number }): Twin {
  const nodes = Array.from({ length: options.nodes ?? 2 }, (_, index) => testNode(`node-${index + 1}`))
  const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
  const twin = createTwin({ seed: options.seed ?? 7, startMs: TEST_START_MS, version: { ...TEST_VERSION, minor: options.minor ?? TEST_VERSION.minor }, world: parseWorld(options.world ?? {}), objects: [shop, ...nodes, ...(options.objects ?? [])] })
  return twin
}

export function testNode(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, 'example.com/pool': 'workers' } }, spec: {} }
}

export interface TestContainer {
  readonly name?: string
  readonly image?: string
  readonly [field: string]: unknown
}

export function podTemplate(app: string, container: TestContainer = {}, spec: object = {}): object {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image: 'app:1', ...container }], ...spec } }
}

export function testDeployment(name: string, container: TestContainer = {}, spec: object = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' }, spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: podTemplate(name, container), ...spec } }
}

export function podsOf(twin: Twin, app: string): PodObject[] {
  return [...twin.store.list('/Pod', 'shop')].filter(isPod).filter((pod) => pod.metadata.labels?.['app'] === app)
}

export function inShop(twin: Twin, kind: string, name: string): KubeObject & { readonly spec?: never; readonly status?: never } {
  const apiVersion = kind === 'Pod' || kind === 'ConfigMap' ? 'v1' : kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1'
  const found = twin.store.get({ apiVersion, kind, namespace: 'shop', name })
  if (found === undefined) throw new Error(`no ${kind} ${name}`)
  return found as never
}

/** JSON patch on the first container of a workload's template: field path below it, and its value. */
export function setContainer(twin: Twin, kind: 'Deployment' | 'StatefulSet' | 'DaemonSet', name: string, change: { readonly path: string; readonly value: unknown }): void {
  const body = [{ op: 'add', path: `/spec/template/spec/containers/0/${change.path}`, value: change.value }]
  twin.api.patch({ apiVersion: 'apps/v1', kind, namespace: 'shop', name }, { type: 'json', body } as never)
}

export function stateOf(pod: PodObject | undefined, index = 0): { readonly reason: string; readonly restarts: number; readonly ready: boolean; readonly message: string; readonly lastReason: string } {
  const status = pod?.status?.containerStatuses?.[index]
  const state = status?.state
  const reason = state?.running !== undefined ? 'Running' : (state?.waiting?.reason ?? state?.terminated?.reason ?? '')
  return { reason, restarts: status?.restartCount ?? 0, ready: status?.ready ?? false, message: state?.waiting?.message ?? '', lastReason: status?.lastState?.terminated?.reason ?? '' }
}

export function eventsAbout(twin: Twin, name: string): string[] {
  return [...twin.store.list('/Event')].filter((event) => (event['involvedObject'] as { name?: string }).name?.startsWith(name)).map((event) => `${String(event['reason'])}: ${String(event['message'])}`)
}
