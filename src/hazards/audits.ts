/** All rules that have a static face only, one line each, sorted. What also has a live face is in `registry.ts`. */

import type { AuditRule } from '../model/hazard.ts'
import { dockerBaseNotPinned } from './docker-base-not-pinned/docker-base-not-pinned.ts'
import { dockerBaseOversized } from './docker-base-oversized/docker-base-oversized.ts'
import { dockerCacheShipped } from './docker-cache-shipped/docker-cache-shipped.ts'
import { dockerExtraServices } from './docker-extra-services/docker-extra-services.ts'
import { dockerLayersMany } from './docker-layers-many/docker-layers-many.ts'
import { dockerNpmInstall } from './docker-npm-install/docker-npm-install.ts'
import { dockerPortMismatch } from './docker-port-mismatch/docker-port-mismatch.ts'
import { dockerRunsAsRoot } from './docker-runs-as-root/docker-runs-as-root.ts'
import { dockerSecretBaked } from './docker-secret-baked/docker-secret-baked.ts'
import { dockerSeveralCommands } from './docker-several-commands/docker-several-commands.ts'
import { dockerShellForm } from './docker-shell-form/docker-shell-form.ts'
import { dockerToolchainShipped } from './docker-toolchain-shipped/docker-toolchain-shipped.ts'
import { dockerUnusedStage } from './docker-unused-stage/docker-unused-stage.ts'
import { imageNotPinned } from './image-not-pinned/image-not-pinned.ts'
import { pdbMissing } from './pdb-missing/pdb-missing.ts'
import { probeKillsSlowStart } from './probe-kills-slow-start/probe-kills-slow-start.ts'
import { probePortUnknown } from './probe-port-unknown/probe-port-unknown.ts'
import { probesIdentical } from './probes-identical/probes-identical.ts'
import { probesMissing } from './probes-missing/probes-missing.ts'
import { replicasNotSpread } from './replicas-not-spread/replicas-not-spread.ts'
import { resourcesMissing } from './resources-missing/resources-missing.ts'

export const audits: readonly AuditRule[] = [
  dockerBaseNotPinned,
  dockerBaseOversized,
  dockerCacheShipped,
  dockerExtraServices,
  dockerLayersMany,
  dockerNpmInstall,
  dockerPortMismatch,
  dockerRunsAsRoot,
  dockerSecretBaked,
  dockerSeveralCommands,
  dockerShellForm,
  dockerToolchainShipped,
  dockerUnusedStage,
  imageNotPinned,
  pdbMissing,
  probeKillsSlowStart,
  probePortUnknown,
  probesIdentical,
  probesMissing,
  replicasNotSpread,
  resourcesMissing,
]
