/**
 * The roles and bindings that a cluster starts with, as `scripts/generate/bootstrap-policy.ts` packed them. Only a cluster that is
 * served has them: inside a rehearsal nobody is asked for rights.
 */

import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import type { Twin } from '../compose-twin.ts'

export function bootstrapPolicy({ api, store, profile }: Pick<Twin, 'api' | 'store' | 'profile'>): void {
  const packed = readFileSync(new URL('bootstrap-policy.br', import.meta.url))
  const policies = JSON.parse(brotliDecompressSync(packed).toString('utf8')) as Record<string, readonly KubeObject[]>
  for (const object of policies[profile.name] ?? []) {
    if (store.get(refOf(object)) === undefined) api.create(object)
  }
}
