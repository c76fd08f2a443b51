/** Snapshots by digest, compressed: objects of a cluster repeat themselves, gzip makes them about ten times smaller. */

import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { snapshotDigest, type Snapshot } from '../../model/snapshot.ts'
import type { Store } from '../../ports/store.ts'
import type { Database } from './pool.ts'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

export function createSnapshotStore(database: Database): Pick<Store, 'saveSnapshot' | 'snapshot'> {
  return {
    async saveSnapshot(snapshot) {
      const digest = snapshotDigest(snapshot)
      const found = await database.rows('select 1 from boyd.snapshots where digest = $1', [digest])
      if (found.length > 0) return digest
      const content = await compress(JSON.stringify(snapshot))
      await database.change('insert into boyd.snapshots (digest, content) values ($1, $2) on conflict do nothing', [digest, content])
      return digest
    },
    async snapshot(digest) {
      const rows = await database.rows<{ content: Buffer }>('select content from boyd.snapshots where digest = $1', [digest])
      if (rows[0] === undefined) return undefined
      return JSON.parse((await decompress(rows[0].content)).toString('utf8')) as Snapshot
    },
  }
}
