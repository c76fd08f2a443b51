/** A running pod as the API server returns it, with the usual baggage: environment, probes, conditions, statuses. */

import type { KubeObject } from '../../src/model/kube-object.ts'

export function podObject(serial: number): KubeObject {
  const name = `web-7f9c6d5b8-${serial.toString(36).padStart(5, 'x')}`
  const env = [['LOG_LEVEL', 'info'], ['DB_HOST', 'db.shop.svc.cluster.local'], ['DB_URL', 'postgres://app:$(DB_PASSWORD)@db:5432/app'], ['CACHE', 'redis://cache.shop.svc:6379/0']].map(([key, value]) => ({ name: key, value }))
  const digest = (serial * 2_654_435_761).toString(16).padStart(64, '0')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `6f1c2a3b-1111-4222-8333-${serial.toString(16).padStart(12, '0')}`, labels: { app: 'web', 'pod-template-hash': '7f9c6d5b8' }, annotations: { 'checksum/config': digest } },
    spec: {
      nodeName: `worker-${serial % 50}`,
      containers: [{ name: 'app', image: 'registry.example/shop/web:5.2.0', args: ['--port=8080', '--workers', '4'], env, resources: { requests: { cpu: '250m', memory: '256Mi' } }, livenessProbe: { httpGet: { path: '/healthz', port: 8080 } } }],
    },
    status: {
      phase: 'Running',
      podIP: `10.0.${serial % 250}.7`,
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True', lastTransitionTime: '2026-03-01T02:03:04Z' })),
      containerStatuses: [{ name: 'app', ready: true, restartCount: 0, image: 'registry.example/shop/web:5.2.0', imageID: `registry.example/shop/web@sha256:${digest}`, containerID: `containerd://${digest}`, state: { running: { startedAt: '2026-03-01T02:03:04Z' } } }],
    },
  }
}
