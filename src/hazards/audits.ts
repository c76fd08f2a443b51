/** All rules that have a static face only, one line each, sorted. What also has a live face is in `registry.ts`. */

import type { AuditRule } from '../model/hazard.ts'
import { acceleratorByCount } from './accelerator-by-count/accelerator-by-count.ts'
import { affinityUnsatisfiable } from './affinity-unsatisfiable/affinity-unsatisfiable.ts'
import { agentAllowsEverything } from './agent-allows-everything/agent-allows-everything.ts'
import { agentSandboxOpen } from './agent-sandbox-open/agent-sandbox-open.ts'
import { agentWithoutGate } from './agent-without-gate/agent-without-gate.ts'
import { alertOnRetiredMetric } from './alert-on-retired-metric/alert-on-retired-metric.ts'
import { batchNamespaceWithoutQuota } from './batch-namespace-without-quota/batch-namespace-without-quota.ts'
import { batchUserRights } from './batch-user-rights/batch-user-rights.ts'
import { bitnamiStopgap } from './bitnami-stopgap/bitnami-stopgap.ts'
import { cronjobPilesUp } from './cronjob-piles-up/cronjob-piles-up.ts'
import { dataClassNotIsolated } from './data-class-not-isolated/data-class-not-isolated.ts'
import { databaseOnEmptydir } from './database-on-emptydir/database-on-emptydir.ts'
import { dnsSettingsCostly } from './dns-settings-costly/dns-settings-costly.ts'
import { dockerBaseMixed } from './docker-base-mixed/docker-base-mixed.ts'
import { dockerBaseNotApproved } from './docker-base-not-approved/docker-base-not-approved.ts'
import { dockerBaseNotPinned } from './docker-base-not-pinned/docker-base-not-pinned.ts'
import { dockerBaseOversized } from './docker-base-oversized/docker-base-oversized.ts'
import { dockerBuildMistake } from './docker-build-mistake/docker-build-mistake.ts'
import { dockerCacheShipped } from './docker-cache-shipped/docker-cache-shipped.ts'
import { dockerExtraServices } from './docker-extra-services/docker-extra-services.ts'
import { dockerHardenedUndone } from './docker-hardened-undone/docker-hardened-undone.ts'
import { dockerLayersMany } from './docker-layers-many/docker-layers-many.ts'
import { dockerNpmInstall } from './docker-npm-install/docker-npm-install.ts'
import { dockerPortMismatch } from './docker-port-mismatch/docker-port-mismatch.ts'
import { dockerRunsAsRoot } from './docker-runs-as-root/docker-runs-as-root.ts'
import { dockerSecretBaked } from './docker-secret-baked/docker-secret-baked.ts'
import { dockerSeveralCommands } from './docker-several-commands/docker-several-commands.ts'
import { dockerShellForm } from './docker-shell-form/docker-shell-form.ts'
import { dockerSingleStageBuilder } from './docker-single-stage-builder/docker-single-stage-builder.ts'
import { dockerToolchainShipped } from './docker-toolchain-shipped/docker-toolchain-shipped.ts'
import { dockerUnusedStage } from './docker-unused-stage/docker-unused-stage.ts'
import { dockerUnverifiedDownload } from './docker-unverified-download/docker-unverified-download.ts'
import { dockerWorldWritable } from './docker-world-writable/docker-world-writable.ts'
import { draBesideDevicePlugin } from './dra-beside-device-plugin/dra-beside-device-plugin.ts'
import { draClaimRights } from './dra-claim-rights/dra-claim-rights.ts'
import { draLegacyFields } from './dra-legacy-fields/dra-legacy-fields.ts'
import { draReferenceMissing } from './dra-reference-missing/dra-reference-missing.ts'
import { dynakubeSettings } from './dynakube-settings/dynakube-settings.ts'
import { emptydirWithoutLimit } from './emptydir-without-limit/emptydir-without-limit.ts'
import { envDefinedTwice } from './env-defined-twice/env-defined-twice.ts'
import { gitopsChartUnpinned } from './gitops-chart-unpinned/gitops-chart-unpinned.ts'
import { hpaCannotWork } from './hpa-cannot-work/hpa-cannot-work.ts'
import { imageNotPinned } from './image-not-pinned/image-not-pinned.ts'
import { imagePullPolicy } from './image-pull-policy/image-pull-policy.ts'
import { ingressNginxRetired } from './ingress-nginx-retired/ingress-nginx-retired.ts'
import { ingressWithoutTls } from './ingress-without-tls/ingress-without-tls.ts'
import { installerPipedToShell } from './installer-piped-to-shell/installer-piped-to-shell.ts'
import { jobNeverRemoved } from './job-never-removed/job-never-removed.ts'
import { killedWithoutGrace } from './killed-without-grace/killed-without-grace.ts'
import { leftoverSleepCommand } from './leftover-sleep-command/leftover-sleep-command.ts'
import { livenessMissing } from './liveness-missing/liveness-missing.ts'
import { manifestRefused } from './manifest-refused/manifest-refused.ts'
import { mcpDuplicatesCli } from './mcp-duplicates-cli/mcp-duplicates-cli.ts'
import { mcpExposed } from './mcp-exposed/mcp-exposed.ts'
import { mcpLegacyTransport } from './mcp-legacy-transport/mcp-legacy-transport.ts'
import { mcpLocalPath } from './mcp-local-path/mcp-local-path.ts'
import { mcpPlainHttp } from './mcp-plain-http/mcp-plain-http.ts'
import { mcpPowerfulFlags } from './mcp-powerful-flags/mcp-powerful-flags.ts'
import { mcpSecretInConfig } from './mcp-secret-in-config/mcp-secret-in-config.ts'
import { mcpServerUnpinned } from './mcp-server-unpinned/mcp-server-unpinned.ts'
import { mcpToolFootprint } from './mcp-tool-footprint/mcp-tool-footprint.ts'
import { mcpToolSchema } from './mcp-tool-schema/mcp-tool-schema.ts'
import { mcpToolsAutoApproved } from './mcp-tools-auto-approved/mcp-tools-auto-approved.ts'
import { namespaceDefault } from './namespace-default/namespace-default.ts'
import { namespaceWithoutPodSecurity } from './namespace-without-pod-security/namespace-without-pod-security.ts'
import { networkPolicyMissing } from './network-policy-missing/network-policy-missing.ts'
import { networkPolicyOpen } from './network-policy-open/network-policy-open.ts'
import { networkPolicySelectsNothing } from './network-policy-selects-nothing/network-policy-selects-nothing.ts'
import { nodeAgentMissesNodes } from './node-agent-misses-nodes/node-agent-misses-nodes.ts'
import { nodeRuntimeOutdated } from './node-runtime-outdated/node-runtime-outdated.ts'
import { pdbMissesPods } from './pdb-misses-pods/pdb-misses-pods.ts'
import { pdbMissing } from './pdb-missing/pdb-missing.ts'
import { pipelineLongLivedKeys } from './pipeline-long-lived-keys/pipeline-long-lived-keys.ts'
import { podIdentityLeftover } from './pod-identity-leftover/pod-identity-leftover.ts'
import { podSecurityBaseline } from './pod-security-baseline/pod-security-baseline.ts'
import { podSecurityRestricted } from './pod-security-restricted/pod-security-restricted.ts'
import { podUnmanaged } from './pod-unmanaged/pod-unmanaged.ts'
import { probeKillsSlowStart } from './probe-kills-slow-start/probe-kills-slow-start.ts'
import { probePortUnknown } from './probe-port-unknown/probe-port-unknown.ts'
import { probesIdentical } from './probes-identical/probes-identical.ts'
import { probesMissing } from './probes-missing/probes-missing.ts'
import { rbacTooWide } from './rbac-too-wide/rbac-too-wide.ts'
import { referenceMissing } from './reference-missing/reference-missing.ts'
import { registryNotAllowed } from './registry-not-allowed/registry-not-allowed.ts'
import { replicasBesideAutoscaler } from './replicas-beside-autoscaler/replicas-beside-autoscaler.ts'
import { replicasNotSpread } from './replicas-not-spread/replicas-not-spread.ts'
import { resourcesMissing } from './resources-missing/resources-missing.ts'
import { retiredField } from './retired-field/retired-field.ts'
import { rolloutStopsService } from './rollout-stops-service/rollout-stops-service.ts'
import { rootFilesystemWritable } from './root-filesystem-writable/root-filesystem-writable.ts'
import { runtimeSocketMounted } from './runtime-socket-mounted/runtime-socket-mounted.ts'
import { secretCommitted } from './secret-committed/secret-committed.ts'
import { secretEncodedTwice } from './secret-encoded-twice/secret-encoded-twice.ts'
import { secretInEnvironment } from './secret-in-environment/secret-in-environment.ts'
import { secretInPlainText } from './secret-in-plain-text/secret-in-plain-text.ts'
import { serviceAccountTokenMounted } from './service-account-token-mounted/service-account-token-mounted.ts'
import { serviceOpenOutside } from './service-open-outside/service-open-outside.ts'
import { singleReplica } from './single-replica/single-replica.ts'
import { sshInContainer } from './ssh-in-container/ssh-in-container.ts'
import { streamTimeoutShort } from './stream-timeout-short/stream-timeout-short.ts'
import { terraformAptKey } from './terraform-apt-key/terraform-apt-key.ts'
import { terraformBatchOnEks } from './terraform-batch-on-eks/terraform-batch-on-eks.ts'
import { terraformClusterOpen } from './terraform-cluster-open/terraform-cluster-open.ts'
import { terraformDatabaseBurstable } from './terraform-database-burstable/terraform-database-burstable.ts'
import { terraformDatabaseExposed } from './terraform-database-exposed/terraform-database-exposed.ts'
import { terraformDatabaseFragile } from './terraform-database-fragile/terraform-database-fragile.ts'
import { terraformIamWildcard } from './terraform-iam-wildcard/terraform-iam-wildcard.ts'
import { terraformLambdaLayer } from './terraform-lambda-layer/terraform-lambda-layer.ts'
import { terraformMcpOnLambda } from './terraform-mcp-on-lambda/terraform-mcp-on-lambda.ts'
import { terraformMetadataOpen } from './terraform-metadata-open/terraform-metadata-open.ts'
import { terraformModuleUnpinned } from './terraform-module-unpinned/terraform-module-unpinned.ts'
import { terraformOpenEgress } from './terraform-open-egress/terraform-open-egress.ts'
import { terraformOpenIngress } from './terraform-open-ingress/terraform-open-ingress.ts'
import { terraformS3InlineBlock } from './terraform-s3-inline-block/terraform-s3-inline-block.ts'
import { terraformStateDestroyable } from './terraform-state-destroyable/terraform-state-destroyable.ts'
import { terraformStaticCredentials } from './terraform-static-credentials/terraform-static-credentials.ts'
import { terraformStoragePublic } from './terraform-storage-public/terraform-storage-public.ts'
import { terraformStorageUnencrypted } from './terraform-storage-unencrypted/terraform-storage-unencrypted.ts'
import { terraformStreamTimeout } from './terraform-stream-timeout/terraform-stream-timeout.ts'
import { terraformVolumeBootstrap } from './terraform-volume-bootstrap/terraform-volume-bootstrap.ts'
import { terraformVolumeLimits } from './terraform-volume-limits/terraform-volume-limits.ts'
import { tierWithoutSteps } from './tier-without-steps/tier-without-steps.ts'
import { tokenClientOutdated } from './token-client-outdated/token-client-outdated.ts'
import { tokenLifeStretched } from './token-life-stretched/token-life-stretched.ts'
import { tolerationWithoutSelector } from './toleration-without-selector/toleration-without-selector.ts'
import { userIdOfTheNode } from './user-id-of-the-node/user-id-of-the-node.ts'
import { volumeOfOneWriter } from './volume-of-one-writer/volume-of-one-writer.ts'
import { vpaModeDeprecated } from './vpa-mode-deprecated/vpa-mode-deprecated.ts'

export const audits: readonly AuditRule[] = [
  acceleratorByCount,
  affinityUnsatisfiable,
  agentAllowsEverything,
  agentSandboxOpen,
  agentWithoutGate,
  alertOnRetiredMetric,
  batchNamespaceWithoutQuota,
  batchUserRights,
  bitnamiStopgap,
  cronjobPilesUp,
  dataClassNotIsolated,
  databaseOnEmptydir,
  dnsSettingsCostly,
  dockerBaseMixed,
  dockerBaseNotApproved,
  dockerBaseNotPinned,
  dockerBaseOversized,
  dockerBuildMistake,
  dockerCacheShipped,
  dockerExtraServices,
  dockerHardenedUndone,
  dockerLayersMany,
  dockerNpmInstall,
  dockerPortMismatch,
  dockerRunsAsRoot,
  dockerSecretBaked,
  dockerSeveralCommands,
  dockerShellForm,
  dockerSingleStageBuilder,
  dockerToolchainShipped,
  dockerUnusedStage,
  dockerUnverifiedDownload,
  dockerWorldWritable,
  draBesideDevicePlugin,
  draClaimRights,
  draLegacyFields,
  draReferenceMissing,
  dynakubeSettings,
  emptydirWithoutLimit,
  envDefinedTwice,
  gitopsChartUnpinned,
  hpaCannotWork,
  imageNotPinned,
  imagePullPolicy,
  ingressNginxRetired,
  ingressWithoutTls,
  installerPipedToShell,
  jobNeverRemoved,
  killedWithoutGrace,
  leftoverSleepCommand,
  livenessMissing,
  manifestRefused,
  mcpDuplicatesCli,
  mcpExposed,
  mcpLegacyTransport,
  mcpLocalPath,
  mcpPlainHttp,
  mcpPowerfulFlags,
  mcpSecretInConfig,
  mcpServerUnpinned,
  mcpToolFootprint,
  mcpToolSchema,
  mcpToolsAutoApproved,
  namespaceDefault,
  namespaceWithoutPodSecurity,
  networkPolicyMissing,
  networkPolicyOpen,
  networkPolicySelectsNothing,
  nodeAgentMissesNodes,
  nodeRuntimeOutdated,
  pdbMissesPods,
  pdbMissing,
  pipelineLongLivedKeys,
  podIdentityLeftover,
  podSecurityBaseline,
  podSecurityRestricted,
  podUnmanaged,
  probeKillsSlowStart,
  probePortUnknown,
  probesIdentical,
  probesMissing,
  rbacTooWide,
  referenceMissing,
  registryNotAllowed,
  replicasBesideAutoscaler,
  replicasNotSpread,
  resourcesMissing,
  retiredField,
  rolloutStopsService,
  rootFilesystemWritable,
  runtimeSocketMounted,
  secretCommitted,
  secretEncodedTwice,
  secretInEnvironment,
  secretInPlainText,
  serviceAccountTokenMounted,
  serviceOpenOutside,
  singleReplica,
  sshInContainer,
  streamTimeoutShort,
  terraformAptKey,
  terraformBatchOnEks,
  terraformClusterOpen,
  terraformDatabaseBurstable,
  terraformDatabaseExposed,
  terraformDatabaseFragile,
  terraformIamWildcard,
  terraformLambdaLayer,
  terraformMcpOnLambda,
  terraformMetadataOpen,
  terraformModuleUnpinned,
  terraformOpenEgress,
  terraformOpenIngress,
  terraformS3InlineBlock,
  terraformStateDestroyable,
  terraformStaticCredentials,
  terraformStoragePublic,
  terraformStorageUnencrypted,
  terraformStreamTimeout,
  terraformVolumeBootstrap,
  terraformVolumeLimits,
  tierWithoutSteps,
  tokenClientOutdated,
  tokenLifeStretched,
  tolerationWithoutSelector,
  userIdOfTheNode,
  volumeOfOneWriter,
  vpaModeDeprecated,
]
