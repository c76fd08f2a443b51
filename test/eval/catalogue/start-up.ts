/** Containers that start and end, or that the runtime does not start. */

import { available, withContainer, withPod } from '../apps.ts'
import type { Incident } from '../incident.ts'
import { stuckAs } from '../lens.ts'
import { badRollout, cause, currentContainer, newlyDeployed, nextImage, rollOut } from '../parts.ts'

const CRASH = ['pod', 'workload', 'service', 'nobody'] as const

export const startUp: readonly Incident[] = [
  {
    id: 'memory-limit-lowered', family: 'start-up', title: 'A rollout lowered the memory limit below what the process needs', variants: 4, sparse: ['no-events', 'no-logs', 'no-nodes', 'pods-only'],
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
    id: 'panics-after-rollout', family: 'start-up', title: 'The new version panics at start', variants: 4, sparse: ['no-events', 'no-logs', 'no-nodes', 'pods-only'],
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
]
