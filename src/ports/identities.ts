/**
 * Who is known: tokens, people, and what is kept of either for a short while (sessions, sign-ins under way). Adapter:
 * PostgreSQL, so that every process of a fleet knows the same. Contract: `test/contract/identities.test.ts`.
 *
 * Secrets come here as digests only. All times are of the wall clock.
 */

import type { ApiToken } from '../model/api-token.ts'
import type { Person, Sighting } from '../model/person.ts'

export interface Identities {
  /** Stores the token under the digest of its secret. */
  createToken(token: ApiToken, digest: string): Promise<void>
  /** Newest first, also those that are over. */
  tokens(): Promise<readonly ApiToken[]>
  tokenByDigest(digest: string): Promise<ApiToken | undefined>
  /** False when there is no such token, or it was revoked before. */
  revokeToken(id: string, nowMs: number): Promise<boolean>
  /** Remembers when it was last used. */
  usedToken(id: string, nowMs: number): Promise<void>

  /** Writes down how a person was seen; several at once run one after the other. Returns the person as known now. */
  sawPerson(sighting: Sighting): Promise<Person>
  person(subject: string): Promise<Person | undefined>
  people(): Promise<readonly Person[]>
  /** Shuts somebody out, or lets them in again. False when nobody of that subject was ever seen. */
  disablePerson(subject: string, disabled: boolean): Promise<boolean>

  /** Keeps a value until then. False, and nothing is changed, when the key is taken: a second use is no first one. */
  keep(key: string, value: unknown, expiresAtMs: number): Promise<boolean>
  /** Undefined once its time is up. */
  kept<T>(key: string, nowMs: number): Promise<T | undefined>
  /** Hands the value to exactly one of many takers, and forgets it. */
  take<T>(key: string, nowMs: number): Promise<T | undefined>
}
