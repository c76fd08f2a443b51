/** Images that cannot be pulled, or do not run on the node. */

import type { Incident } from '../incident.ts'
import { pullAnswer } from '../lens.ts'
import { badRollout, cause, newlyDeployed, nextImage } from '../parts.ts'

const CRASH = ['pod', 'workload', 'service', 'nobody'] as const

export const images: readonly Incident[] = [
  {
    id: 'tag-does-not-exist', family: 'start-up', title: 'A rollout names a tag that the registry does not have', variants: 4, sparse: ['no-events', 'no-logs', 'no-nodes', 'pods-only'],
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
    id: 'wrong-architecture', family: 'start-up', title: 'A rollout brings an image built for another processor', variants: 3, sparse: ['no-events', 'no-nodes', 'pods-only'],
    play(stage) {
      const app = stage.app()
      const image = `${app.image}-arm64`
      stage.images({ image, exits: [{ code: 255, afterSeconds: 0, log: `exec /usr/local/bin/${app.name}: exec format error` }] })
      return badRollout(stage, { app, change: { image }, hazards: ['bad-image', 'container-exits'], ways: CRASH })
    },
  },
]
