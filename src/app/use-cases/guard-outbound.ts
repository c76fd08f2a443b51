/**
 * The first look at what people write, before it is signed and stored, and the last look at what leaves: an answer that holds one of Boyd's own secrets is not given, whatever way the secret took to
 * get there. Everything else was redacted before it was stored. Messages of faults are redacted here, because they come
 * from wherever something failed.
 */

import { fault, faultData, isFault } from '../../kernel/fault.ts'
import type { KnownValues } from '../../kernel/redact/known-values.ts'
import { processRedactor } from '../../kernel/redact/process-redactor.ts'
import type { Redaction } from '../redaction.ts'
import type { UseCases } from './use-cases.ts'

/** The same use cases; each of their answers is looked through. */
export function guardOutbound(plain: UseCases, redaction: Redaction): UseCases {
  const { known } = redaction
  const written = (text: string): string => redaction.secretsOf('answers').text(text)
  const useCases: UseCases = {
    ...plain,
    vote: (who, request) => plain.vote(who, { ...request, reason: written(request.reason) }),
    denyByLink: (token, reason) => plain.denyByLink(token, written(reason)),
    stopChanges: (who, reason) => plain.stopChanges(who, written(reason)),
  }
  const guarded = Object.entries(useCases).map(([name, method]) => [name, guardedMethod(method as (...given: unknown[]) => unknown, known)])
  return Object.fromEntries(guarded) as UseCases
}

function guardedMethod(method: (...given: unknown[]) => unknown, known: KnownValues): (...given: unknown[]) => unknown {
  return (...given) => {
    const answer = method(...given)
    if (isStream(answer)) return guardedStream(answer, known)
    return Promise.resolve(answer).then((value) => clean(value, known), (error: unknown) => Promise.reject(redactedError(error)))
  }
}

async function* guardedStream(stream: AsyncIterable<unknown>, known: KnownValues): AsyncIterable<unknown> {
  for await (const item of stream) yield clean(item, known)
}

function clean<T>(value: T, known: KnownValues): T {
  const found = known.firstIn(JSON.stringify(value) ?? '')
  if (found === undefined) return value
  throw fault({ code: 'internal', operation: 'answer', message: `the answer is withheld, because it holds a secret of Boyd's own (${found})`, hint: 'Change that secret, and find out how it got there.' })
}

function redactedError(error: unknown): unknown {
  if (!isFault(error)) return error
  return fault({ ...processRedactor.json(faultData(error)), cause: error })
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
