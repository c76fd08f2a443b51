/** Containers that do not start, or start and end. */

import { available, withContainer, withPod } from '../apps.ts'
import type { Incident } from '../incident.ts'
import { pullAnswer, stuckAs } from '../lens.ts'
import { badRollout, cause, currentContainer, newlyDeployed, nextImage, rollOut } from '../parts.ts'

const CRASH = ['pod', 'workload', 'service', 'nobody'] as const

export const startUp: readonly Incident[] = [
  {
    id: 'memory-limit-lowered', family: 'start-up', title: 'A rollout lowered the memory limit below what the process needs', variants: 4, sparse: ['no-events', 'no-logs'],
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'Deployment', 'StatefulSet'), container: { resources: { requests: { memory: '64Mi' }, limits: { memory: '512Mi' } } } })
      stage.images({ image: app.image, memory: '300Mi', memoryAfterSeconds: stage.cast.pick(3, 20, 60) })
      return badRollout(stage, { app, change: { resources: { requests: { memory: '64Mi' }, limits: { memory: stage.cast.pick('128Mi', '200Mi', '256Mi') } } }, hazards: 'memory-limit-too-low', ways: CRASH })
    },
  },
  {
    id: 'memory-need-grew', family: 'start-up', title: 'A new version needs more memory than the limit that never changed', variants: 3,
    play(stage) {
      const app = stage.app()
      const image = nextImage(app)
      stage.images({ image: app.image, memory: '180Mi' }, { image, memory: '330Mi', memoryAfterSeconds: 15 })
      return badRollout(stage, { app, change: { image }, hazards: 'memory-limit-too-low', ways: CRASH })
    },
  },
  {
    id: 'memory-limit-from-the-start', family: 'start-up', title: 'The first deployment has a limit below what the process needs', variants: 2,
    play(stage) {
      const app = stage.app({ container: { resources: { requests: { memory: '64Mi' }, limits: { memory: '64Mi' } } } })
      stage.images({ image: app.image, memory: '110Mi', log: 'starting\nloading the index' })
      newlyDeployed(stage, app)
      return { ...stage.ring(app, CRASH), causes: [cause('memory-limit-too-low', app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'tag-does-not-exist', family: 'start-up', title: 'A rollout names a tag that the registry does not have', variants: 4, sparse: ['no-events', 'no-logs'],
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'Deployment', 'DaemonSet') })
      const image = `${app.image}-hotfix`
      stage.images({ image, exists: false })
      return badRollout(stage, { app, change: { image }, hazards: 'bad-image' })
    },
  },
  {
    id: 'tag-does-not-exist-stateful', family: 'start-up', title: 'A StatefulSet is rolled to a tag that does not exist and waits for its last pod', variants: 2,
    play(stage) {
      const app = stage.app({ kind: 'StatefulSet', replicas: 3 })
      const image = nextImage(app)
      stage.images({ image, exists: false })
      return badRollout(stage, { app, change: { image }, hazards: 'bad-image', ways: ['pod', 'workload', 'nobody'] })
    },
  },
  {
    id: 'tag-never-existed', family: 'start-up', title: 'The first deployment names an image that is not there', variants: 2, sparse: ['no-events'],
    play(stage) {
      const app = stage.app()
      stage.images({ image: app.image, exists: false })
      newlyDeployed(stage, app)
      return { ...stage.ring(app), causes: [cause('bad-image', app.subject)], end: 'ask' }
    },
  },
  {
    id: 'registry-denies', family: 'start-up', title: 'The registry refuses the pull: the credentials ended',
    play(stage) {
      const app = stage.app({ pod: { imagePullSecrets: [{ name: 'regcred' }] } })
      stage.apply({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/dockerconfigjson', metadata: { name: 'regcred', namespace: app.namespace }, data: { '.dockerconfigjson': 'e30=' } })
      const image = nextImage(app)
      stage.images({ image: app.image, exists: false }, { image, exists: false })
      stage.deploy(app)
      stage.pass(9)
      return { ...stage.ring(app), causes: [cause('bad-image', app.subject)], end: 'ask', lens: pullAnswer(app.image, `failed to resolve reference "${app.image}": failed to authorize: failed to fetch oauth token: unexpected status from GET request: 401 Unauthorized`) }
    },
  },
  {
    id: 'registry-unreachable', family: 'start-up', title: 'The registry cannot be reached from the nodes', variants: 2,
    play(stage) {
      const app = stage.app()
      const host = app.image.split('/')[0] as string
      stage.images({ image: app.image, exists: false })
      newlyDeployed(stage, app)
      return { ...stage.ring(app), causes: [cause('bad-image', app.subject)], end: 'leave', lens: pullAnswer(app.image, `failed to do request: Head "https://${host}/v2/": dial tcp 203.0.113.9:443: i/o timeout`) }
    },
  },
  {
    id: 'registry-counts-pulls', family: 'start-up', title: 'The registry refuses because of too many pulls', variants: 2,
    play(stage) {
      const app = stage.app({ image: 'docker.io/library/nginx:1.27' })
      stage.images({ image: app.image, exists: false })
      newlyDeployed(stage, app)
      return { ...stage.ring(app), causes: [cause('bad-image', app.subject)], end: 'leave', lens: pullAnswer(app.image, 'unexpected status from HEAD request to https://registry-1.docker.io/v2/library/nginx/manifests/1.27: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit') }
    },
  },
  {
    id: 'wrong-architecture', family: 'start-up', title: 'A rollout brings an image built for another processor', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app()
      const image = `${app.image}-arm64`
      stage.images({ image, exits: [{ code: 255, afterSeconds: 0, log: `exec /usr/local/bin/${app.name}: exec format error` }] })
      return badRollout(stage, { app, change: { image }, hazards: ['bad-image', 'container-exits'], ways: CRASH })
    },
  },
  {
    id: 'program-not-found', family: 'start-up', title: 'A rollout changed the command to a program that the image does not have', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app({ container: { command: ['/bin/sh', '-c', 'exec server --port=8080'] } })
      const command = ['/bin/sh', '-c', 'exec servr --port=8080']
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images({ image: app.image, exits: [{ code: 127, afterSeconds: 0, log: '/bin/sh: 1: exec: servr: not found' }] })
      stage.apply(withContainer(app, { command }))
      stage.pass(8)
      return {
        ...stage.ring(app, CRASH), causes: [cause(['bad-command', 'container-exits'], app.subject)], end: 'heal', healed: available(app),
        laws: (view) => (currentContainer(view, app)?.command?.[2]?.includes('servr') === true ? [] : [{ image: app.image }]),
      }
    },
  },
  {
    id: 'entrypoint-missing', family: 'start-up', title: 'The runtime does not find the program of the new revision', variants: 3,
    play(stage) {
      const app = stage.app()
      const image = nextImage(app)
      const message = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/strat.sh": stat /app/strat.sh: no such file or directory: unknown'
      stage.images({ image, exists: false })
      rollOut(stage, app, withContainer(app, { image, command: ['/app/strat.sh'] }))
      return {
        ...stage.ring(app, CRASH), causes: [cause(['bad-command', 'container-exits', 'stuck-creating'], app.subject)], end: 'heal', healed: available(app),
        lens: stuckAs(image, { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container=main' }, lastState: { reason: 'StartError', exitCode: 128, message }, restartCount: 6, event: { reason: 'Failed', message: `Error: ${message}` } }),
      }
    },
  },
  {
    id: 'not-executable', family: 'start-up', title: 'A rollout mounts a script that may not be executed: exit 126', variants: 2,
    play(stage) {
      const app = stage.app()
      const image = nextImage(app)
      stage.images({ image, exits: [{ code: 126, afterSeconds: 1, log: '/entrypoint.sh: line 4: /opt/run/start: Permission denied' }] })
      return badRollout(stage, { app, change: { image }, hazards: ['bad-command', 'container-lacks-permission', 'container-exits'], ways: CRASH })
    },
  },
  {
    id: 'runs-as-root', family: 'start-up', title: 'The new revision must not run as root, and its image does', variants: 2,
    play(stage) {
      const app = stage.app()
      const image = nextImage(app)
      stage.images({ image, exists: false })
      rollOut(stage, app, withPod(app, { securityContext: { runAsNonRoot: true } }, { image }))
      const message = `container has runAsNonRoot and image will run as root (pod: "${app.name}", container: main)`
      return {
        ...stage.ring(app), causes: [cause('container-lacks-permission', app.subject)], end: 'heal', healed: available(app),
        lens: stuckAs(image, { waiting: { reason: 'CreateContainerConfigError', message }, event: { reason: 'Failed', message: `Error: ${message}` } }),
      }
    },
  },
  {
    id: 'read-only-filesystem', family: 'start-up', title: 'A rollout made the root filesystem read-only, and the process writes to it', variants: 2,
    play(stage) {
      const app = stage.app()
      const hardened = withContainer(app, { securityContext: { readOnlyRootFilesystem: true } })
      const bad = { image: app.image, exits: [{ code: 1, afterSeconds: 2, log: 'INFO boot\nOSError: [Errno 30] Read-only file system: \'/var/cache/app/pid\'' }] }
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images(bad)
      stage.apply(hardened)
      stage.pass(9)
      return {
        ...stage.ring(app, CRASH), causes: [cause(['container-lacks-permission', 'container-exits'], app.subject)], end: 'heal', healed: available(app),
        laws: (view) => [currentContainer(view, app)?.securityContext?.readOnlyRootFilesystem === true ? bad : { image: app.image }],
      }
    },
  },
  {
    id: 'segmentation-fault', family: 'start-up', title: 'The new version ends with a segmentation fault', variants: 2, sparse: ['no-events', 'no-logs'],
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'StatefulSet') })
      const image = nextImage(app)
      stage.images({ image, exits: [{ code: 139, afterSeconds: 4, log: 'ready to serve' }] })
      return badRollout(stage, { app, change: { image }, hazards: 'container-exits', ways: CRASH })
    },
  },
  {
    id: 'panics-after-rollout', family: 'start-up', title: 'The new version panics at start', variants: 4, sparse: ['no-events', 'no-logs'],
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'Deployment', 'DaemonSet') })
      const image = nextImage(app)
      const log = stage.cast.pick('panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\nmain.main()', 'Error: Cannot find module \'./routes\'\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)', 'Exception in thread "main" java.lang.NoClassDefFoundError: com/acme/Boot')
      stage.images({ image, exits: [{ code: stage.cast.pick(1, 2), afterSeconds: 3, log }] })
      return badRollout(stage, { app, change: { image }, hazards: 'container-exits', ways: CRASH })
    },
  },
  {
    id: 'ends-by-itself', family: 'start-up', title: 'A rollout changed the arguments so that the program does one thing and ends well', variants: 2,
    play(stage) {
      const app = stage.app({ container: { args: ['serve'] } })
      const done = { image: app.image, exits: [{ code: 0, afterSeconds: 5, log: 'migrations are up to date' }] }
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images(done)
      stage.apply(withContainer(app, { args: ['migrate'] }))
      stage.pass(9)
      return {
        ...stage.ring(app, CRASH), causes: [cause(['container-finishes', 'container-exits'], app.subject)], end: 'heal', healed: available(app),
        laws: (view) => [currentContainer(view, app)?.args?.[0] === 'migrate' ? done : { image: app.image }],
      }
    },
  },
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
    id: 'init-container-fails', family: 'start-up', title: 'The migration that a rollout runs first fails', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'StatefulSet') })
      const image = `${app.image}-migrations`
      stage.images({ image, exits: [{ code: 1, afterSeconds: 2, log: 'Applying 0042_drop_legacy\nERROR: column "legacy_id" of relation "users" does not exist' }] })
      rollOut(stage, app, withPod(app, { initContainers: [{ name: 'migrate', image }] }))
      return { ...stage.ring(app), causes: [cause('container-exits', app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'side-car-fails', family: 'start-up', title: 'A rollout added a side-car that ends; the main container is well', variants: 2,
    play(stage) {
      const app = stage.app()
      const image = 'registry.example/tools/log-shipper:3.1.0'
      stage.images({ image, exits: [{ code: 1, afterSeconds: 2, log: 'config error: output "loki" is not defined' }] })
      rollOut(stage, app, withPod(app, { containers: [{ name: 'shipper', image }] }))
      return { ...stage.ring(app), causes: [cause('container-exits', app.subject)], end: 'heal', healed: available(app) }
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
