/**
 * Finds the credentials for a cluster: a named file, the service account of the pod we run in, or what kubectl
 * would take (`KUBECONFIG`, then `~/.kube/config`).
 *
 * Everything that can be wrong with a kubeconfig is said here, before the first request, as one line that names
 * the file and the entry. The client library itself falls back to `localhost:8080` when it finds nothing; we do not:
 * acting on a cluster nobody named would be worse than not starting.
 */

import { accessSync, constants } from 'node:fs'
import { KubeConfig } from '@kubernetes/client-node'
import { fault, type Fault } from '../../kernel/fault.ts'

export interface KubeconfigOptions {
  readonly kubeconfigFile?: string
  readonly context?: string
  /** Use the service account mounted into this pod. */
  readonly inCluster?: boolean
}

/** The loaded configuration with one usable context. Fault `invalid` says what is wrong with it and how to mend it. */
export function openKubeconfig(options: KubeconfigOptions): KubeConfig {
  const { config, source } = load(options)
  if (options.context !== undefined) config.setCurrentContext(options.context)
  const cluster = usableCluster(config, source)
  checkFiles(config, source)
  if (cluster.server.startsWith('http:')) allowLoopbackOnly(cluster, source)
  return config
}

/**
 * The same cluster without any user. A client certificate would win over a token, so whoever is to come with a token must
 * not bring the certificate.
 */
export function withoutUser(config: KubeConfig): KubeConfig {
  const bare = new KubeConfig()
  const cluster = config.getCurrentCluster()
  if (cluster !== null) bare.loadFromOptions({ clusters: [cluster], users: [{ name: 'token' }], contexts: [{ name: 'token', cluster: cluster.name, user: 'token' }], currentContext: 'token' })
  return bare
}

function load(options: KubeconfigOptions): { readonly config: KubeConfig; readonly source: string } {
  const config = new KubeConfig()
  if (options.inCluster === true) return loadServiceAccount(config)
  const source = options.kubeconfigFile ?? process.env['KUBECONFIG'] ?? '~/.kube/config'
  try {
    if (options.kubeconfigFile === undefined) config.loadFromDefault()
    else config.loadFromFile(options.kubeconfigFile)
  } catch (error) {
    throw unusable(source, `it cannot be read: ${messageOf(error)}`, 'Check the path and that the file is a kubeconfig in YAML.', error)
  }
  if (config.getCurrentContext() === 'loaded-context') {
    throw unusable(source, 'no kubeconfig was found', 'Name one with --kubeconfig, or set KUBECONFIG.')
  }
  return { config, source }
}

function loadServiceAccount(config: KubeConfig): { readonly config: KubeConfig; readonly source: string } {
  const source = 'in-cluster service account'
  if (process.env['KUBERNETES_SERVICE_HOST'] === undefined) {
    throw unusable(source, 'this process does not run in a pod', 'Name a kubeconfig with --kubeconfig instead.')
  }
  config.loadFromCluster()
  return { config, source }
}

function usableCluster(config: KubeConfig, source: string): { server: string; skipTLSVerify?: boolean } {
  const name = config.getCurrentContext()
  const known = config.getContexts().map((context) => context.name)
  if (name === undefined || name === '') {
    throw unusable(source, 'it has no current-context', `Choose one with --context: ${listed(known)}.`)
  }
  if (!known.includes(name)) throw unusable(source, `it has no context "${name}"`, `It has: ${listed(known)}.`)
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw unusable(source, `context "${name}" names a cluster that is not in it`, 'Add the cluster entry, or choose another context.')
  if (!URL.canParse(cluster.server)) throw unusable(source, `the server "${cluster.server}" is not a URL`, 'It must look like https://host:6443.')
  return cluster
}

/** Certificates named by path: a missing one would otherwise surface as a puzzling error of the first request. */
function checkFiles(config: KubeConfig, source: string): void {
  const user = config.getCurrentUser()
  const files = [config.getCurrentCluster()?.caFile, user?.certFile, user?.keyFile]
  for (const file of files) {
    if (file === undefined || file === null || file === '') continue
    try {
      accessSync(file, constants.R_OK)
    } catch (error) {
      throw unusable(source, `it names ${file}, which cannot be read`, 'Restore the file, or embed its content in the kubeconfig.', error)
    }
  }
}

/**
 * Plain HTTP is right for a cluster on this machine (the embedded one, `kubectl proxy`) and nowhere else: a
 * token would travel in the clear. The library asks for `insecure-skip-tls-verify` before it speaks HTTP at all.
 */
function allowLoopbackOnly(cluster: { server: string; skipTLSVerify?: boolean }, source: string): void {
  const host = new URL(cluster.server).hostname
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
    throw unusable(source, `${cluster.server} is not encrypted`, 'Use https; plain http is accepted on loopback only.')
  }
  cluster.skipTLSVerify = true
}

function unusable(source: string, problem: string, hint: string, cause?: unknown): Fault {
  return fault({ code: 'invalid', operation: 'kubernetes connect', subject: source, message: `the kubeconfig does not work: ${problem}`, hint, cause })
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
