/**
 * The cluster twice: as whoever looks, and as whoever acts.
 *
 * Everything that thinks (snapshots, watches, checks of conditions) gets the reader. `act` gets an identity of its own for
 * each action: where that is a service account, a token is asked for when the action begins and dies soon after it.
 */

import { openKubernetes, type OpenedKubernetes } from '../adapters/kubernetes/cluster.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { Config } from './config.ts'
import type { IdentitySettings } from './settings/credentials.ts'
import type { Settings } from './settings/settings.ts'

export interface Clusters {
  readonly reader: Cluster
  /** A cluster that may be changed, for one action. */
  actor(): Promise<Cluster>
  /** False where both are the same account. */
  readonly separate: boolean
}

interface OpenClustersOptions {
  readonly config: Config
  readonly settings: Settings['credentials']
  readonly clock: Clock
  readonly log: Log
  pathOf(path: string): string
}

/** Faults as `connectKubernetes`. */
export async function openClusters(options: OpenClustersOptions): Promise<Clusters> {
  const { config, settings } = options
  const base = await open(options, { ...(config.kubeconfigFile === undefined ? {} : { kubeconfigFile: config.kubeconfigFile }), ...(config.context === undefined ? {} : { context: config.context }) })
  const identities = { reader: await identityOf(options, base, settings.reader), actor: await identityOf(options, base, settings.actor) }
  return { reader: identities.reader(), actor: () => Promise.resolve(identities.actor()), separate: isNamed(settings.reader) || isNamed(settings.actor) }
}

/** Each call of the answer is a fresh token, where tokens are used. */
async function identityOf(options: OpenClustersOptions, base: OpenedKubernetes, settings: IdentitySettings): Promise<() => Cluster> {
  const { serviceAccount, kubeconfig, context, tokenSeconds, audiences } = settings
  const [namespace, name] = (serviceAccount ?? '').split('/')
  if (namespace !== undefined && name !== undefined) return () => base.as({ namespace, name, seconds: tokenSeconds, audiences })
  if (!isNamed(settings)) return () => base.cluster
  const file = kubeconfig === undefined ? options.config.kubeconfigFile : options.pathOf(kubeconfig)
  const { cluster } = await open(options, { ...(file === undefined ? {} : { kubeconfigFile: file }), ...(context === undefined ? {} : { context }) })
  return () => cluster
}

function open({ clock, log }: OpenClustersOptions, kubeconfig: { readonly kubeconfigFile?: string; readonly context?: string }): Promise<OpenedKubernetes> {
  return openKubernetes({ ...kubeconfig, clock, log })
}

function isNamed({ serviceAccount, kubeconfig, context }: IdentitySettings): boolean {
  return serviceAccount !== undefined || kubeconfig !== undefined || context !== undefined
}
