import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { invalidFields } from './scan-fields.ts'

const pod = (container: object, spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'm', image: 'i', ...container }], ...spec } })

test.each([
  { name: 'a slip', object: pod({ resource: {} }), want: ['spec.containers.0.resource'] },
  { name: 'one level too high', object: pod({}, { livenessProbe: {} }), want: ['spec.livenessProbe'] },
  { name: 'at the top', object: { ...pod({}), replicas: 1 }, want: ['replicas'] },
  { name: 'a number where text is wanted', object: pod({ env: [{ name: 'A', value: 8080 }] }), want: ['spec.containers.0.env.0.value wants text'] },
  { name: 'a text where a number is wanted', object: pod({ ports: [{ containerPort: '80' }] }), want: ['spec.containers.0.ports.0.containerPort wants a whole number'] },
  { name: 'a word where true is wanted', object: pod({}, { hostNetwork: 'yes' }), want: ['spec.hostNetwork wants true or false'] },
  { name: 'a map where a list is wanted', object: pod({}, { containers: { m: {} } }), want: ['spec.containers wants a list'] },
  { name: 'a list where a map is wanted', object: pod({}, { nodeSelector: ['a'] }), want: ['spec.nodeSelector wants a map'] },
  { name: 'a value of a ConfigMap', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { port: 80 } }, want: ['data.port wants text'] },
  { name: 'good: quantities, ports by name or number, maps with free keys, nulls', object: pod({ resources: { limits: { cpu: 1, memory: '1Gi' } }, readinessProbe: { httpGet: { port: 'http' } }, livenessProbe: { tcpSocket: { port: 80 } }, command: null }, { nodeSelector: { 'a/b': 'c' } }), want: [] },
  { name: 'good: a claim of a StatefulSet that says what it is', object: { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's' }, spec: { volumeClaimTemplates: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'd' } }] } }, want: [] },
  { name: 'good: webhooks', object: { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name: 'm' }, webhooks: [{ name: 'a.b.c' }] }, want: [] },
  { name: 'look-alike: a template that is also YAML', object: pod({ ports: [{ containerPort: '8{{ .Port }}' }] }), want: [] },
  { name: 'look-alike: a custom resource', object: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 't' }, spec: { anything: 1 } }, want: [] },
  { name: 'look-alike: a version that is gone', object: { apiVersion: 'extensions/v1beta1', kind: 'Ingress', metadata: { name: 'i' }, spec: { rules: [{ http: { paths: [{ backend: { serviceName: 'a' } }] } }] } }, want: [] },
])('$name', ({ object, want }) => expect(invalidFields([object]).map(({ path, summary }) => `${path.join('.')}${/ is not (.*)$/.exec(summary)?.[1]?.replace(/^/, ' wants ') ?? ''}`)).toEqual(want))
