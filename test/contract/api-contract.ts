/**
 * The contract of the HTTP API, as one suite for the twin's door and a real API server: discovery, rights, custom resources, patches,
 * watches, pages. A case has a namespace of its own.
 */

import { afterAll, beforeAll, describe, test } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { ACCESS_CASES } from './api-access-cases.ts'
import type { ApiArena, ApiCase, ApiResponse, ApiSubject } from './api-arena.ts'
import { CERTIFICATE_CASES } from './api-certificate-cases.ts'
import { CLIENT_CASES } from './api-client-cases.ts'
import { CUSTOM_CASES } from './api-custom-cases.ts'
import { DEVICE_CASES } from './api-device-cases.ts'
import { DOCUMENT_CASES } from './api-document-cases.ts'
import { FLOW_CASES } from './api-flow-cases.ts'
import { LIST_CASES } from './api-list-cases.ts'
import { MUTATION_CASES } from './api-mutation-cases.ts'
import { POLICY_CASES } from './api-policy-cases.ts'
import { WRITE_CASES } from './api-write-cases.ts'

const CASES: readonly ApiCase[] = [
  ...named('documents', DOCUMENT_CASES),
  ...named('access', ACCESS_CASES),
  ...named('lists', LIST_CASES),
  ...named('writes', WRITE_CASES),
  ...named('custom', CUSTOM_CASES),
  ...named('policies', POLICY_CASES),
  ...named('mutations', MUTATION_CASES),
  ...named('client', CLIENT_CASES),
  ...named('certificates', CERTIFICATE_CASES),
  ...named('devices', DEVICE_CASES),
  ...named('flow control', FLOW_CASES),
]

const EVENTUALLY_TIMEOUT_MS = 20_000
const EVENTUALLY_INTERVAL_MS = 50

export function apiContract(name: string, start: () => Promise<ApiSubject>): void {
  describe(`the HTTP API of ${name}`, () => {
    const started: ApiSubject[] = []
    beforeAll(async () => {
      started.push(await start())
    })
    afterAll(async () => {
      for (const subject of started) await subject.stop()
    })
    test.for(CASES.map((entry, index) => ({ ...entry, index })))('$name', { concurrent: true }, async ({ run, index }, { expect }) => {
      expect(started).toHaveLength(1)
      for (const subject of started) await run(await openArena(subject, index))
    })
  })
}

async function openArena({ call, kubeconfigFile }: ApiSubject, index: number): Promise<ApiArena> {
  const create: ApiArena['create'] = async (path, object) => {
    const response = await call({ method: 'POST', path, body: object })
    if (response.status !== 201) throw new Error(`POST ${path} was answered with ${response.status}: ${response.text}`)
    return response.body as never
  }
  const until: ApiArena['until'] = async (request, holds) => {
    const clock = systemClock()
    const deadlineMs = clock.now() + EVENTUALLY_TIMEOUT_MS
    for (;;) {
      const response: ApiResponse = await call(request)
      if (holds(response)) return response
      if (clock.now() > deadlineMs) throw new Error(`did not come true: ${String(holds)}\nlast answer: ${response.status} ${response.text}`)
      await clock.sleep(EVENTUALLY_INTERVAL_MS)
    }
  }
  const { metadata } = await create('/api/v1/namespaces', { metadata: { generateName: 'api-' } })
  const namespace = metadata.name ?? ''
  await until({ path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` }, ({ status }) => status === 200)
  return { call, kubeconfigFile, create, until, namespace, unique: `case${index}` }
}

function named(group: string, cases: readonly ApiCase[]): readonly ApiCase[] {
  return cases.map(({ name, run }) => ({ name: `${group}: ${name}`, run }))
}
