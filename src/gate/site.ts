/**
 * What the gate must know of the place it guards and cannot read from the cluster: the operator's own settings.
 * Read afresh at every judgement, so that a freeze or the kill switch acts on the next step and not on the next start.
 */

export interface Site {
  /** The agent as policies name it. */
  readonly agent: { readonly id: string; readonly role: 'viewer' | 'operator' }
  readonly clusterId: string
  /** `production`, `staging`, …: a word of the site's, compared as it is. */
  readonly environment: string
  /** IANA name; the hour and the day that policies see are told in it. */
  readonly timeZone: string
  /** Namespaces in which nothing is changed. Names of the API, exact. */
  readonly systemNamespaces: readonly string[]
  /** A change freeze: only a broken glass gets through. */
  readonly freeze: boolean
  /** Everything stops: no change is allowed, approved or not. */
  readonly killSwitch: boolean
}

/** What every cluster keeps for itself (kubernetes.io: "Initial namespaces", without `default`). */
export const DEFAULT_SYSTEM_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease']

/** Settings with the defaults for what is not said. */
export function createSite(parts: Partial<Site> & Pick<Site, 'clusterId'>): Site {
  return {
    agent: { id: 'boyd', role: 'operator' },
    environment: 'production',
    timeZone: 'UTC',
    systemNamespaces: DEFAULT_SYSTEM_NAMESPACES,
    freeze: false,
    killSwitch: false,
    ...parts,
  }
}
