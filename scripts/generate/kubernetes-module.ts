/** Where Go keeps the module k8s.io/kubernetes of the release that stands for a minor; fetched when it is not there. */

import { spawnSync } from 'node:child_process'
import type { Minor } from '../../test/goldens/golden-file.ts'
import { releaseOf } from '../goldens-binary.ts'

export function kubernetesModule(minor: Minor): string {
  const release = releaseOf(minor)
  const asked = spawnSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${release}`], { encoding: 'utf8' })
  if (asked.status !== 0) throw new Error(`go mod download ended with ${asked.status}: ${asked.stderr}`)
  return (JSON.parse(asked.stdout) as { Dir: string }).Dir
}
