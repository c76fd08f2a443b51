/**
 * What goes over the wire and what comes back: sequences of requests about a few objects that no controller touches, compared
 * by status, body and the headers that clients act on.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { RawRequest } from '../requests/raw-request.ts'
import type { Script, Step } from '../script.ts'
import { parts, reviews, stillDeployment } from './request-parts.ts'
import { patches } from './request-patches.ts'
import { documents, gets, lists, refusedWatches, wrongVerbs } from './request-reads.ts'
import { collectionDeletes, creates, deletes, puts, soundCreates } from './request-writes.ts'

const anything: Arbitrary<RawRequest> = fc.oneof(
  { weight: 4, arbitrary: creates },
  { weight: 2, arbitrary: soundCreates },
  { weight: 4, arbitrary: puts },
  { weight: 6, arbitrary: patches },
  { weight: 3, arbitrary: deletes },
  { weight: 1, arbitrary: collectionDeletes },
  { weight: 2, arbitrary: gets },
  { weight: 4, arbitrary: lists },
  { weight: 1, arbitrary: refusedWatches },
  { weight: 2, arbitrary: documents },
  { weight: 1, arbitrary: wrongVerbs },
  { weight: 4, arbitrary: parts },
  { weight: 1, arbitrary: reviews },
)

/** Something is there first; then anything may come. */
export const requestScripts: Arbitrary<Script> = fc
  .record({ first: fc.array(soundCreates, { minLength: 1, maxLength: 2 }), rest: fc.array(anything, { minLength: 4, maxLength: 8 }) })
  .map(({ first, rest }) => ({ name: 'requests', steps: [...first, ...prepared(rest)].map(step) }))

function prepared(requests: readonly RawRequest[]): readonly RawRequest[] {
  return requests.some(({ path }) => path.includes('/deployments/still')) ? [stillDeployment, ...requests] : requests
}

function step(request: RawRequest): Step {
  return { do: 'request', request }
}
