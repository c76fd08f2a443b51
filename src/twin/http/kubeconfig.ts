/** The file that points kubectl at a served twin. */

import { chmodSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'

export interface KubeconfigOptions {
  /** With the token in its path. */
  readonly kubeconfigUrl: string
  /** Name of cluster, context and user. */
  readonly name?: string
}

export function kubeconfigText({ kubeconfigUrl, name = 'boyd-twin' }: KubeconfigOptions): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    // There is no TLS to verify; the JavaScript client takes a plain address only from who says so.
    clusters: [{ name, cluster: { server: kubeconfigUrl, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  })
}

/** Writes the file for its owner alone: the token in it can do everything. */
export function writeKubeconfig(file: string, options: KubeconfigOptions): void {
  writeFileSync(file, kubeconfigText(options), { mode: 0o600 })
  chmodSync(file, 0o600)
}
