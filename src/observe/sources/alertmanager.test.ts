import { describe, expect, test } from 'vitest'
import { targetsOf } from '../label-targets.ts'
import { readAlertmanager } from './alertmanager.ts'

const alert = (labels: Record<string, string>, more: object = {}): object => ({ status: 'firing', labels, annotations: {}, startsAt: '2026-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z', generatorURL: '', fingerprint: 'ab', ...more })
const payload = (alerts: object[], more: object = {}): string => JSON.stringify({ version: '4', status: 'firing', receiver: 'r', groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '', groupKey: 'g', truncatedAlerts: 0, alerts, ...more })
const read = (body: string | Uint8Array): ReturnType<typeof readAlertmanager> => readAlertmanager({ body, trust: 'secret', nowMs: 9 })

describe('targets from labels', () => {
  test.each([
    { name: 'node alert told by an exporter in another namespace', labels: { node: 'w1', namespace: 'monitoring', job: 'kube-state-metrics' }, want: { kind: 'Node', name: 'w1' } },
    { name: 'node exporter names its own pod', labels: { node: 'w1', namespace: 'monitoring', job: 'node-exporter', pod: 'node-exporter-x7', container: 'node-exporter' }, want: { kind: 'Node', name: 'w1' } },
    { name: 'a pod that runs on a node', labels: { node: 'w1', namespace: 'shop', pod: 'cart-1', job: 'kube-state-metrics' }, want: { kind: 'Pod', namespace: 'shop', name: 'cart-1' } },
    { name: 'labels of the exporter moved aside', labels: { namespace: 'monitoring', pod: 'ksm-1', exported_namespace: 'shop', exported_pod: 'cart-1' }, want: { kind: 'Pod', namespace: 'shop', name: 'cart-1' } },
    { name: 'deployment beats pod', labels: { namespace: 'shop', deployment: 'cart', pod: 'ksm-1' }, want: { kind: 'Deployment', namespace: 'shop', name: 'cart' } },
    { name: 'job_name is the Job, job is the scraper', labels: { namespace: 'shop', job_name: 'pay', job: 'kube-state-metrics' }, want: { kind: 'Job', namespace: 'shop', name: 'pay' } },
    { name: 'workload and its type', labels: { namespace: 'shop', workload: 'cart', workload_type: 'statefulset' }, want: { kind: 'StatefulSet', namespace: 'shop', name: 'cart' } },
    { name: 'an application that is scraped as a service', labels: { namespace: 'shop', service: 'cart', job: 'cart' }, want: { kind: 'Service', namespace: 'shop', name: 'cart' } },
    { name: 'the service of the exporter is not the target', labels: { namespace: 'shop', service: 'ksm', job: 'kube-state-metrics' }, want: { kind: 'Namespace', name: 'shop' } },
    { name: 'an address stands for a node', labels: { instance: '10.0.0.7:9100', job: 'x' }, want: { kind: 'Node', name: '10.0.0.7' } },
    { name: 'nothing of Kubernetes', labels: { severity: 'page' }, want: undefined },
  ])('$name', ({ labels, want }) => expect(targetsOf(labels as unknown as Record<string, string>)[0]).toEqual(want))
})

describe('the payload', () => {
  test('each alert is judged by its own status, and the zero end is no end', () => {
    const signals = read(payload([alert({ alertname: 'A', namespace: 'n', pod: 'p' }), alert({ alertname: 'A', namespace: 'n', pod: 'q' }, { status: 'resolved', endsAt: '2026-01-01T01:00:00Z' })]))
    expect(signals.map((signal) => [signal.status, signal.targets[0]?.name])).toEqual([['firing', 'p'], ['resolved', 'q']])
  })

  test('a cut list says so; the same bytes give the same ids', () => {
    const body = payload([alert({ alertname: 'A', severity: 'critical' })], { truncatedAlerts: 37 })
    expect(read(body)).toMatchObject([{ completeness: 'truncated', severity: 1 }])
    expect(read(body)).toEqual(read(new TextEncoder().encode(body)))
  })

  test('two tools, two rule names, one subject: one fingerprint', () => {
    const [first, second] = read(payload([alert({ alertname: 'A', node: 'w1' }), alert({ alertname: 'B', node: 'w1' })]))
    expect(first?.fingerprint).toBe(second?.fingerprint)
  })

  test.each([
    { name: 'not JSON', body: '{"version":', code: 'invalid', says: /not JSON/ },
    { name: 'another version', body: payload([alert({})], { version: '1' }), code: 'invalid', says: /field version/ },
    { name: 'a label that is a number', body: payload([alert({ a: 1 as unknown as string })]), code: 'invalid', says: /field alerts\.0\.labels\.a/ },
    { name: 'a time that is none', body: payload([alert({}, { startsAt: 'yesterday' })]), code: 'invalid', says: /startsAt/ },
    { name: 'no alerts', body: payload([]), code: 'invalid', says: /field alerts/ },
    { name: 'too large', body: ' '.repeat(1_048_577), code: 'too-large', says: /larger/ },
    { name: 'deep', body: '['.repeat(100_000), code: 'invalid', says: /nested/ },
  ])('$name is refused with the field', ({ body, code, says }) => {
    expect(() => read(body)).toThrow(says)
    expect(() => read(body)).toThrow(expect.objectContaining({ kind: 'fault', code }))
  })
})
