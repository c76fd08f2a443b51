import { describe, expect, test } from 'vitest'
import { decodeProtobuf } from './decode.ts'

/** A small writer, so that the cases say what is on the wire. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))])
const bytes = (field: number, content: Buffer | string): Buffer => {
  const body = Buffer.from(content as string)
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(body.length)]), body])
}
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)])
const message = (...parts: Buffer[]): Buffer => Buffer.concat(parts)
const envelope = (apiVersion: string, kind: string, raw: Buffer): Buffer =>
  message(Buffer.from('k8s\0'), bytes(1, message(bytes(1, apiVersion), bytes(2, kind))), bytes(2, raw), bytes(3, ''), bytes(4, ''))

describe('protobuf bodies', () => {
  test('a deployment: nested messages, quantities, ports that are names, empty strings left out', () => {
    const container = message(
      bytes(1, 'app'),
      bytes(2, 'web:1'),
      bytes(6, message(number(2, 0), number(3, 80), bytes(4, ''))),
      bytes(8, bytes(2, message(bytes(1, 'memory'), bytes(2, bytes(1, '64Mi'))))),
      bytes(11, bytes(1, bytes(2, message(bytes(1, '/ok'), bytes(2, message(number(1, 1), number(2, 0), bytes(3, 'http'))))))),
      bytes(14, ''),
    )
    const template = bytes(2, bytes(2, container))
    const deployment = message(bytes(1, message(bytes(1, 'web'), bytes(3, ''), bytes(8, ''), bytes(11, message(bytes(1, 'a'), bytes(2, 'b'))))), bytes(2, message(number(1, 0), bytes(3, template))))
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', deployment))).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { a: 'b' } },
      spec: {
        replicas: 0,
        template: {
          spec: { containers: [{ name: 'app', image: 'web:1', ports: [{ containerPort: 80 }], resources: { requests: { memory: '64Mi' } }, readinessProbe: { httpGet: { path: '/ok', port: 'http' } } }] },
        },
      },
    })
  })

  test.each([
    ['no envelope', Buffer.from('{"kind":"Pod"}'), /envelope is missing/],
    ['an unknown kind', envelope('example.com/v1', 'Widget', Buffer.alloc(0)), /example\.v1\.Widget is not known/],
    ['an unknown field', envelope('v1', 'Namespace', bytes(99, 'x')), /core\.v1\.Namespace has no field 99/],
    ['a body cut short', envelope('v1', 'Namespace', Buffer.from([0x0a, 0x20, 0x01])), /shorter than it says/],
  ])('%s is refused', (_name, body, problem) => {
    expect(() => decodeProtobuf(body)).toThrow(problem)
  })
})
