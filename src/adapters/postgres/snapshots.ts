/** Snapshots by digest, compressed: objects of a cluster repeat themselves, gzip makes them about ten times smaller. Line by line: 150,000 pods do not fit into one text. */

import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { textLines } from '../../kernel/text-lines.ts'
import { snapshotDigest, type Snapshot } from '../../model/snapshot.ts'
import { readSnapshotLines, snapshotPieces } from '../../model/snapshot-lines.ts'
import type { Store } from '../../ports/store.ts'
import type { Database } from './pool.ts'

export function createSnapshotStore(database: Database): Pick<Store, 'saveSnapshot' | 'snapshot'> {
  return {
    async saveSnapshot(snapshot) {
      const digest = snapshotDigest(snapshot)
      const found = await database.rows('select 1 from boyd.snapshots where digest = $1', [digest])
      if (found.length > 0) return digest
      const content = await compress(snapshot)
      await database.change('insert into boyd.snapshots (digest, content) values ($1, $2) on conflict do nothing', [digest, content])
      return digest
    },
    async snapshot(digest) {
      const rows = await database.rows<{ content: Buffer }>('select content from boyd.snapshots where digest = $1', [digest])
      return rows[0] === undefined ? undefined : expand(rows[0].content)
    },
  }
}

async function compress(snapshot: Snapshot): Promise<Buffer> {
  const gzip = createGzip()
  const [content] = await Promise.all([buffer(gzip), pipeline(Readable.from(snapshotPieces(snapshot)), gzip)])
  return content
}

function expand(content: Buffer): Promise<Snapshot> {
  const gunzip = createGunzip()
  gunzip.end(content)
  return readSnapshotLines(textLines(gunzip))
}
