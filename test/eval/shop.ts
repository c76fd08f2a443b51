/**
 * A shop of many services, as people deploy them for practice and for pay: a front, services that call each other by
 * address in their environment, a few stores, all in one namespace. Its services do not crash when a call fails; they say so.
 */

import type { KubeObject } from '../../src/model/kube-object.ts'
import { isPod } from '../../src/model/kube/workload.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { App } from './apps.ts'
import { lenses, type Lens } from './lens.ts'
import type { Stage } from './stage.ts'

export interface Shop {
  readonly apps: readonly App[]
  readonly front: App
  readonly stores: readonly App[]
  /** The services that call this one. */
  callersOf(app: App): readonly App[]
  /** One that others call, and that is no store. */
  readonly middle: App
  readonly store: App
}

/** Deploys it and lets it stand. */
export function openShop(stage: Stage, size: number = 10 + stage.cast.rng.below(14)): Shop {
  const { cast } = stage
  const calls = new Map<App, readonly App[]>()
  const stores = Array.from({ length: 3 }, () => stage.app({ replicas: 1, port: cast.pick(6379, 27017, 5432, 3306), })).map((app) => withoutProbe(app))
  const apps = [...stores]
  for (let index = stores.length; index < size; index += 1) {
    const targets = uniqueOf(Array.from({ length: 1 + cast.rng.below(3) }, () => apps[cast.rng.below(apps.length)] as App))
    const app = withoutProbe(stage.app({ replicas: 1 + cast.rng.below(2), container: { env: targets.map((target) => addressOf(target)) } }))
    calls.set(app, targets)
    apps.push(app)
  }
  const callersOf = (target: App): App[] => apps.filter((app) => calls.get(app)?.includes(target) === true)
  stage.deploy(...apps)
  stage.pass(cast.stoodMinutes)
  const called = apps.filter((app) => callersOf(app).length > 0)
  const middles = called.filter((app) => !stores.includes(app))
  const middle = middles[cast.rng.below(middles.length)] ?? (called[0] as App)
  return { apps, front: apps.at(-1) as App, stores, callersOf, middle, store: stores.find((store) => called.includes(store)) ?? (stores[0] as App) }
}

/** Many shops have no probes at all. */
function withoutProbe(app: App): App {
  const { spec } = app.workload as unknown as { readonly spec: { readonly template: { readonly metadata: object; readonly spec: { readonly containers: readonly { readonly readinessProbe?: object }[] } } } }
  const containers = spec.template.spec.containers.map(({ readinessProbe: _probe, ...container }) => container)
  return { ...app, workload: { ...app.workload, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } } } as KubeObject }
}

function uniqueOf<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}

export function addressOf(target: App, host = target.name, port = target.servicePort): { readonly name: string; readonly value: string } {
  return { name: `${target.name.toUpperCase().replaceAll('-', '_')}_ADDR`, value: `${host}:${port}` }
}

/** Every pod of the app has printed this and stands. */
export function says(app: App, ...lines: readonly string[]): Lens {
  return (snapshot) => ({ ...snapshot, logs: [...snapshot.logs.filter((log) => !podNames(snapshot, app).has(log.pod)), ...[...podNames(snapshot, app)].map((pod) => ({ namespace: app.namespace, pod, container: 'main', previous: false, text: `${lines.join('\n')}\n` }))] })
}

export function allSay(all: readonly (readonly [App, readonly string[]])[]): Lens {
  return lenses(...all.map(([app, lines]) => says(app, ...lines)))
}

function podNames(snapshot: Snapshot, app: App): ReadonlySet<string> {
  const mine = snapshot.objects.filter(isPod).filter(({ metadata }) => metadata.namespace === app.namespace && Object.entries(app.labels).every(([key, value]) => metadata.labels?.[key] === value))
  return new Set(mine.map(({ metadata }) => metadata.name ?? ''))
}

/** The same complaint at different times, as a service prints it that is called again and again. */
export function repeated(line: string, times = 6): string[] {
  return Array.from({ length: times }, (_, index) => `2026-03-02T12:${String(10 + index).padStart(2, '0')}:0${index % 10}Z ${line}`)
}
