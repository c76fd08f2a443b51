/**
 * Who plays in an incident: names, labels, sizes, registries and noise, drawn from a seed. The same incident never has
 * the same names twice, so nothing in it can be known by its label.
 */

import { createRng, type Rng } from '../../src/kernel/rng.ts'

export interface Cast {
  readonly rng: Rng
  /** A name that this cast has not used: of a workload, a ConfigMap, a node pool. */
  name(): string
  readonly namespace: string
  image(name: string): string
  /** Labels by which a workload finds its pods, in one of the usual fashions. */
  labels(name: string): Readonly<Record<string, string>>
  port(): number
  replicas(): number
  pick<T>(...choices: readonly T[]): T
  chance(probability: number): boolean
  /** Minutes that something stood before it broke. */
  readonly stoodMinutes: number
  readonly nodeCount: number
  readonly nodeStyle: number
  /** How much unrelated old trouble lies around: 0, 1 or 2 pieces. */
  readonly noise: number
}

const KNOWN = ['cart', 'billing', 'ledger', 'search', 'gateway', 'catalog', 'mailer', 'reports', 'auth', 'pricing', 'inventory', 'notifier', 'profile', 'orders', 'feed', 'media', 'quotes', 'tickets', 'redis', 'postgres', 'kafka', 'worker', 'scheduler', 'frontend']
const SYLLABLES = ['ta', 'ro', 'mi', 'ke', 'lu', 'ven', 'sor', 'pa', 'di', 'gon', 'ze', 'ha', 'bri', 'mo', 'cu', 'tel', 'nix', 'or']
const SUFFIXES = ['', '', '', '-api', '-svc', '-backend', '-v2', '-server']
const NAMESPACES = ['shop', 'prod', 'team-blue', 'payments', 'platform', 'core-services', 'web', 'customer-facing', 'data', 'acme']
const REGISTRIES = ['registry.example', 'ghcr.io/acme', '412345678901.dkr.ecr.eu-central-1.amazonaws.com', 'acmecr.azurecr.io/services', 'europe-west3-docker.pkg.dev/acme/apps', 'harbor.acme.internal/library']

export function createCast(seed: number): Cast {
  const rng = createRng(seed).fork('cast')
  const used = new Set<string>()
  const pick = <T>(...choices: readonly T[]): T => choices[rng.below(choices.length)] as T
  const registry = pick(...REGISTRIES)
  const style = rng.below(4)
  return {
    rng,
    name: () => freshName(rng, used),
    namespace: rng.below(2) === 0 ? pick(...NAMESPACES) : word(rng),
    image: (name) => `${registry}/${name}:${pick('1', '2', '7', '2026')}.${rng.below(20)}.${rng.below(10)}`,
    labels: (name) => labelsIn(style, name),
    port: () => pick(8080, 3000, 5000, 9000, 8000, 8443, 6379, 5432),
    replicas: () => 1 + rng.below(4),
    pick,
    chance: (probability) => rng.unit() < probability,
    stoodMinutes: pick(25, 40, 90, 180),
    nodeCount: 3 + rng.below(3),
    nodeStyle: rng.below(3),
    noise: rng.below(3),
  }
}

function labelsIn(style: number, name: string): Readonly<Record<string, string>> {
  if (style === 0) return { app: name }
  if (style === 1) return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': `${name}-main` }
  if (style === 2) return { 'k8s-app': name }
  return { component: name, tier: 'backend' }
}

function freshName(rng: Rng, used: Set<string>): string {
  for (;;) {
    const base = rng.below(2) === 0 ? (KNOWN[rng.below(KNOWN.length)] as string) : word(rng)
    const name = `${base}${SUFFIXES[rng.below(SUFFIXES.length)] as string}`
    if (used.has(name)) continue
    used.add(name)
    return name
  }
}

function word(rng: Rng): string {
  return Array.from({ length: 2 + rng.below(2) }, () => SYLLABLES[rng.below(SYLLABLES.length)] as string).join('')
}
