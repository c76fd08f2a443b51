import { expect, test } from 'vitest'
import { templateDigest } from './revision.ts'

const written = { metadata: { labels: { app: 'a' } }, spec: { serviceAccountName: 's', containers: [{ name: 'c', image: 'i:1', ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } }], volumes: [{ name: 'v' }, { name: 'w', secret: { secretName: 'x' } }] } }
const readBack = {
  metadata: { labels: { app: 'a', 'pod-template-hash': '5d' }, creationTimestamp: undefined as unknown as string },
  spec: {
    serviceAccountName: 's', serviceAccount: 's', dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler', securityContext: {},
    containers: [{ name: 'c', image: 'i:1', imagePullPolicy: 'IfNotPresent', resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', ports: [{ containerPort: 80, protocol: 'TCP' }], livenessProbe: { httpGet: { port: 80, path: '/', scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 } }],
    volumes: [{ name: 'v', emptyDir: {} }, { name: 'w', secret: { secretName: 'x', defaultMode: 420 } }],
  },
}

test('a template as written and as the API server gives it back are one', () => {
  expect(templateDigest(written)).toBe(templateDigest(readBack))
})

test.each([
  { name: 'another pull policy', template: { ...written, spec: { ...written.spec, containers: [{ ...written.spec.containers[0], name: 'c', imagePullPolicy: 'Always' }] } } },
  { name: 'an init container that stays', template: { ...written, spec: { ...written.spec, initContainers: [{ name: 'c', restartPolicy: 'Always' }] } } },
  { name: 'another label', template: { ...written, metadata: { labels: { app: 'b' } } } },
])('$name is another template', ({ template }) => {
  expect(templateDigest(template)).not.toBe(templateDigest(written))
})
