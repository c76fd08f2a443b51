/** Workloads as people write them: a Deployment, StatefulSet or DaemonSet with its Service, ports, probes and requests. */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { refOf, subjectOf, type KubeObject, type ObjectRef, type Subject } from '../../src/model/kube-object.ts'
import type { Condition } from '../../src/model/plan.ts'
import type { Cast } from './cast.ts'

export interface App {
  readonly name: string
  readonly namespace: string
  readonly image: string
  /** Where the container listens. */
  readonly port: number
  /** Where the Service listens. */
  readonly servicePort: number
  readonly labels: Readonly<Record<string, string>>
  readonly workload: KubeObject
  readonly service: KubeObject
  readonly ref: ObjectRef
  readonly subject: Subject
}

export interface AppOptions {
  readonly name?: string
  readonly namespace?: string
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet'
  readonly replicas?: number
  readonly port?: number
  readonly image?: string
  readonly container?: Partial<Container>
  readonly pod?: Partial<PodSpec>
  /** Beside the template: strategy, claim templates. */
  readonly spec?: object
  readonly annotations?: Readonly<Record<string, string>>
}

export function makeApp(cast: Cast, options: AppOptions = {}): App {
  const name = options.name ?? cast.name()
  const namespace = options.namespace ?? cast.namespace
  const image = options.image ?? cast.image(name)
  const port = options.port ?? cast.port()
  const labels = cast.labels(name)
  const workload = workloadOf({ ...options, name, namespace, image, port, labels, replicas: options.replicas ?? cast.replicas() })
  const servicePort = cast.pick(80, port)
  const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: labels, ports: [{ name: 'main', port: servicePort, targetPort: port }] } }
  return { name, namespace, image, port, servicePort, labels, workload, service, ref: refOf(workload), subject: subjectOf(workload) }
}

type Whole = AppOptions & Required<Pick<AppOptions, 'name' | 'namespace' | 'image' | 'port' | 'replicas'>> & { readonly labels: Readonly<Record<string, string>> }

function workloadOf(options: Whole): KubeObject {
  const { name, namespace, image, port, labels, replicas, kind = 'Deployment', spec, pod, container } = options
  const main: Container = {
    name: 'main',
    image,
    ports: [{ containerPort: port }],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    readinessProbe: { httpGet: { path: '/healthz', port }, periodSeconds: 10 },
    ...container,
  }
  const { containers = [], ...rest } = pod ?? {}
  const template = { metadata: { labels }, spec: { containers: [main, ...containers], ...rest } }
  const counted = kind === 'DaemonSet' ? {} : { replicas }
  const named = kind === 'StatefulSet' ? { serviceName: name } : {}
  const annotations = options.annotations === undefined ? {} : { annotations: options.annotations }
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace, ...annotations }, spec: { ...counted, ...named, selector: { matchLabels: labels }, template, ...spec } }
}

interface Templated {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: PodSpec } }
}

/** The workload with its first container changed: what a rollout applies. */
export function withContainer(app: App, change: Partial<Container>): KubeObject {
  return withPod(app, {}, change)
}

/** The workload with its pods changed, and their first container. */
export function withPod(app: App, change: Partial<PodSpec>, container: Partial<Container> = {}): KubeObject {
  const { spec } = app.workload as unknown as Templated
  const [main, ...others] = spec.template.spec.containers
  const containers = [{ ...(main as Container), ...container }, ...others]
  const { containers: added = [], ...rest } = change
  return { ...app.workload, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, ...rest, containers: [...containers, ...added] } } } }
}

/** The workload with fields beside its template changed. */
export function withSpec(app: App, change: object): KubeObject {
  return { ...app.workload, spec: { ...(app.workload['spec'] as object), ...change } }
}

export function available(...apps: readonly App[]): Condition[] {
  return apps.map((app) => ({ type: 'workload-available' as const, target: app.ref }))
}
