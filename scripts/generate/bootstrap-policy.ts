/**
 * Writes `src/twin/access/bootstrap-policy.br`: the roles and bindings that every cluster starts with, for each release the twin knows,
 * from the Go module k8s.io/kubernetes (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata`, which upstream's own test keeps equal
 * to what its API server makes).
 *
 * Needs Go, to fetch the modules. Usage: node scripts/generate/bootstrap-policy.ts
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { parse } from 'yaml'
import { kubernetesModule } from './kubernetes-module.ts'

const MINORS = [34, 35, 36] as const
/** Aggregated roles first: what they gather comes after. */
const FILES = ['cluster-roles', 'controller-roles', 'cluster-role-bindings', 'controller-role-bindings', 'namespace-roles', 'namespace-role-bindings']
const OUTPUT = 'src/twin/access/bootstrap-policy.br'

const policies = Object.fromEntries(MINORS.map((minor) => [`1.${minor}`, FILES.flatMap((file) => itemsIn(join(kubernetesModule(minor), 'plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata', `${file}.yaml`)))]))
const packed = brotliCompressSync(Buffer.from(JSON.stringify(policies)))
writeFileSync(OUTPUT, packed)
console.log(Object.entries(policies).map(([release, items]) => `${release}: ${items.length} objects`).join(', '), `${packed.length} bytes`)

function itemsIn(file: string): object[] {
  const { items } = parse(readFileSync(file, 'utf8')) as { items: { rules?: object[] | null }[] }
  // Go writes no rules as null.
  return items.map((item) => (item.rules === null ? { ...item, rules: [] } : item))
}
