/** What a container is told: probes, variables, keys, files, hosts to call. */

import { available, withPod } from '../apps.ts'
import type { Incident } from '../incident.ts'
import { badRollout, cause, newlyDeployed, rollOut } from '../parts.ts'

const CRASH = ['pod', 'workload', 'service', 'nobody'] as const

export const settings: readonly Incident[] = [
  {
    id: 'variable-dropped', family: 'start-up', title: 'A rollout dropped a variable that the program cannot do without', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app({ container: { env: [{ name: 'REGION', value: 'eu' }, { name: 'LOG_LEVEL', value: 'info' }] } })
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 1, whenEnvMissing: 'REGION', log: 'FATAL required environment variable REGION is not set' }] })
      return badRollout(stage, { app, change: { env: [{ name: 'LOG_LEVEL', value: 'info' }] }, hazards: ['missing-env', 'missing-config', 'container-exits'], ways: CRASH })
    },
  },
  {
    id: 'secret-key-renamed-in-rollout', family: 'start-up', title: 'A rollout reads a key that the Secret does not have', variants: 3, sparse: ['no-events', 'no-logs'],
    play(stage) {
      const secret = stage.cast.name()
      const env = (key: string) => [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: secret, key } } }]
      const app = stage.app({ container: { env: env('password') } })
      stage.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace: app.namespace }, data: { password: 'aHVudGVyMg==' } })
      return badRollout(stage, { app, change: { env: env('pasword') }, hazards: 'missing-config' })
    },
  },
  {
    id: 'secret-never-made', family: 'start-up', title: 'A new workload needs a Secret that nobody made', variants: 3, sparse: ['no-events', 'no-logs', 'no-status'],
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'StatefulSet'), container: { envFrom: [{ secretRef: { name: `${stage.cast.name()}-credentials` } }] } })
      newlyDeployed(stage, app)
      return { ...stage.ring(app), causes: [cause('missing-config', app.subject)], end: 'ask' }
    },
  },
  {
    id: 'config-map-deleted', family: 'start-up', title: 'Somebody deleted a ConfigMap; pods that restart no longer start', variants: 3,
    play(stage) {
      const map = stage.cast.name()
      const app = stage.app({ replicas: 2, container: { envFrom: [{ configMapRef: { name: map } }] } })
      stage.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: map, namespace: app.namespace }, data: { MODE: 'live' } })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: app.namespace, name: map })
      stage.restart(app)
      stage.pass(9)
      return { ...stage.ring(app), causes: [cause('missing-config', app.subject, { kind: 'ConfigMap', namespace: app.namespace, name: map })], end: 'ask' }
    },
  },
  {
    id: 'volume-of-missing-secret', family: 'start-up', title: 'A rollout mounts a Secret that is not there: pods stay in ContainerCreating', variants: 3,
    play(stage) {
      const app = stage.app()
      const secret = `${stage.cast.name()}-tls`
      rollOut(stage, app, withPod(app, { volumes: [{ name: 'tls', secret: { secretName: secret } }] }, { volumeMounts: [{ name: 'tls', mountPath: '/tls' }] }))
      return { ...stage.ring(app), causes: [cause(['missing-config', 'stuck-creating'], app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'readiness-wrong-port', family: 'start-up', title: 'A rollout asks for readiness at a port where nobody listens', variants: 3, sparse: ['no-events', 'no-logs'],
    play(stage) {
      const app = stage.app()
      stage.images({ image: app.image, serves: [{ port: app.port, paths: ['/healthz'] }] })
      return badRollout(stage, { app, change: { readinessProbe: { httpGet: { path: '/healthz', port: app.port + 1 }, periodSeconds: 10 } }, hazards: 'bad-probe' })
    },
  },
  {
    id: 'readiness-wrong-path', family: 'start-up', title: 'A rollout asks for readiness at a path that the program does not have', variants: 3,
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'StatefulSet', 'DaemonSet') })
      stage.images({ image: app.image, serves: [{ port: app.port, paths: ['/healthz', '/'] }] })
      return badRollout(stage, { app, change: { readinessProbe: { httpGet: { path: '/helthz', port: app.port }, periodSeconds: 10 } }, hazards: 'bad-probe' })
    },
  },
  {
    id: 'liveness-wrong-path', family: 'start-up', title: 'A rollout added a liveness probe at a path that is not there: the kubelet kills a well program', variants: 3, sparse: ['no-logs'],
    play(stage) {
      const app = stage.app()
      stage.images({ image: app.image, serves: [{ port: app.port, paths: ['/healthz'] }] })
      return badRollout(stage, { app, change: { livenessProbe: { httpGet: { path: '/live', port: app.port }, periodSeconds: 5, failureThreshold: 3 } }, hazards: 'bad-probe', ways: CRASH })
    },
  },
  {
    id: 'liveness-too-early', family: 'start-up', title: 'A rollout shortened the patience of the liveness probe below the start-up time', variants: 3,
    play(stage) {
      const probe = (initialDelaySeconds: number) => ({ httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds, periodSeconds: 5, failureThreshold: 2 })
      const app = stage.app({ port: 8080, container: { livenessProbe: probe(120) } })
      stage.images({ image: app.image, startSeconds: 75, serves: [{ port: 8080, paths: ['/healthz'] }] })
      return badRollout(stage, { app, change: { livenessProbe: probe(5) }, hazards: 'bad-probe', ways: CRASH })
    },
  },
  {
    id: 'configuration-edited', family: 'start-up', title: 'Somebody edited the ConfigMap, and the program does not read it any more', variants: 2,
    play(stage) {
      const map = stage.cast.name()
      const app = stage.app({ replicas: 2, pod: { volumes: [{ name: 'config', configMap: { name: map } }] }, container: { volumeMounts: [{ name: 'config', mountPath: '/etc/app' }] } })
      const config = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: map, namespace: app.namespace }, data: { 'app.yaml': text } })
      stage.apply(config('limits:\n  rate: 10\n'))
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(config('limits:\n rate: 10\n   burst: 5\n'))
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 1, log: 'fatal: cannot parse /etc/app/app.yaml: yaml: line 3: mapping values are not allowed in this context' }] })
      stage.restart(app)
      stage.pass(9)
      return { ...stage.ring(app, CRASH), causes: [cause(['container-exits', 'missing-config'], app.subject, { kind: 'ConfigMap', namespace: app.namespace, name: map })], end: 'ask' }
    },
  },
  {
    id: 'calls-a-name-that-is-not', family: 'start-up', title: 'A rollout mistyped the host of a Service that it calls', variants: 4, sparse: ['no-events'],
    play(stage) {
      const target = stage.app({ replicas: 1 })
      const url = (name: string) => `http://${name}.${target.namespace}.svc.cluster.local:${target.servicePort}`
      const app = stage.app({ container: { env: [{ name: 'UPSTREAM_URL', value: url(target.name) }] } })
      const wrong = `${target.name}x`
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 3, whenEnvEquals: { name: 'UPSTREAM_URL', value: url(wrong) }, log: `could not reach upstream: Get "${url(wrong)}/": dial tcp: lookup ${wrong}.${target.namespace}.svc.cluster.local on 10.96.0.10:53: no such host` }] })
      stage.deploy(target)
      return badRollout(stage, { app, change: { env: [{ name: 'UPSTREAM_URL', value: url(wrong) }] }, hazards: 'dependency-unreachable', ways: CRASH })
    },
  },
  {
    id: 'init-waits-for-ever', family: 'start-up', title: 'A rollout waits in an init container for a Service whose name is mistyped', variants: 2,
    play(stage) {
      const target = stage.app({ replicas: 1 })
      const waitFor = (name: string) => [{ name: 'wait', image: `busybox:1.36.${name.length}`, command: ['sh', '-c', `until nc -z ${name} ${target.servicePort}; do echo waiting for ${name}; sleep 2; done`] }]
      const app = stage.app({ pod: { initContainers: waitFor(target.name) } })
      const wrong = `${target.name}-db`
      stage.images({ image: `busybox:1.36.${wrong.length}`, startSeconds: 1_000_000, log: `nc: bad address '${wrong}'\nwaiting for ${wrong}\nnc: bad address '${wrong}'\nwaiting for ${wrong}` })
      stage.deploy(target)
      rollOut(stage, app, withPod(app, { initContainers: waitFor(wrong) }))
      return { ...stage.ring(app), causes: [cause(['dependency-unreachable', 'init-container-hangs'], app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'wrong-value-of-a-switch', family: 'start-up', title: 'A rollout set a variable to a value that the program refuses', variants: 2,
    play(stage) {
      const app = stage.app({ container: { env: [{ name: 'STORAGE_MODE', value: 's3' }] } })
      stage.images({ image: app.image, exits: [{ code: 78, afterSeconds: 1, whenEnvEquals: { name: 'STORAGE_MODE', value: 'S3' }, log: 'invalid configuration: STORAGE_MODE must be one of s3, gcs, disk' }] })
      return badRollout(stage, { app, change: { env: [{ name: 'STORAGE_MODE', value: 'S3' }] }, hazards: ['container-exits', 'missing-config', 'missing-env'], ways: CRASH })
    },
  },
]
