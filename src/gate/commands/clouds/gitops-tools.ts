/** argocd and flux: what is deployed and in which state; asking for a sync; holding one back. */

import type { FlagTable, Program } from '../grammar.ts'
import { named } from './named.ts'

const ONE = { min: 1, max: 1 } as const
const MAYBE = { min: 0, max: 1 } as const

/** The output in full holds the parameters of the application, which is where passwords are. */
const ARGO_TABLE: FlagTable = { '-o --output': ['wide', 'name', 'tree'] }
const application = { kind: 'Application', group: 'argoproj.io' } as const

export const ARGOCD: Program = {
  style: 'go',
  commands: {
    'app list': named({ op: 'app list', ...application, flags: { ...ARGO_TABLE, '-l --selector': 'selector', '-p --project': 'word' } }),
    'app get': named({ op: 'app get', ...application, flags: { ...ARGO_TABLE, '--show-operation': 'switch' }, names: ONE }),
    'app history': named({ op: 'app history', ...application, flags: { '-o --output': ['wide', 'id'] }, names: ONE }),
    'app resources': named({ op: 'app resources', ...application, flags: { '--orphaned': 'switch', '-o --output': ['tree'] }, names: ONE }),
    'app sync': named({ op: 'app sync', ...application, effect: 'change', flags: { '--dry-run': 'switch', '--timeout': 'count' }, names: ONE }),
    'app rollback': named({ op: 'app rollback', ...application, effect: 'change', flags: { '--timeout': 'count' }, names: { min: 1, max: 2 } }),
    'proj list': named({ op: 'proj list', kind: 'AppProject', group: 'argoproj.io', flags: { '-o --output': ['wide', 'name'] } }),
    version: named({ op: 'version', kind: 'Version', group: 'argoproj.io', flags: { '--client': 'switch', '--short': 'switch' } }),
  },
}

const FLUX_PLACE: FlagTable = { '-n --namespace': 'namespace' }
const FLUX_READ: FlagTable = { ...FLUX_PLACE, '-A --all-namespaces': 'switch', '--status-selector': 'selector', '--no-header': 'switch' }

const FLUX_KINDS: Readonly<Record<string, { readonly kind: string; readonly group: string }>> = {
  kustomization: { kind: 'Kustomization', group: 'kustomize.toolkit.fluxcd.io' },
  helmrelease: { kind: 'HelmRelease', group: 'helm.toolkit.fluxcd.io' },
  'source git': { kind: 'GitRepository', group: 'source.toolkit.fluxcd.io' },
  'source helm': { kind: 'HelmRepository', group: 'source.toolkit.fluxcd.io' },
  'source oci': { kind: 'OCIRepository', group: 'source.toolkit.fluxcd.io' },
}

export const FLUX: Program = {
  style: 'go',
  commands: Object.fromEntries([
    ...Object.entries(FLUX_KINDS).flatMap(([words, kind]) => [
      [`get ${words.replace(/^source/, 'sources')}${words.startsWith('source') ? '' : 's'}`, named({ op: 'get', ...kind, flags: FLUX_READ, names: MAYBE })] as const,
      ...['reconcile', 'suspend', 'resume'].map((op) => [`${op} ${words}`, named({ op, ...kind, effect: 'change', flags: { ...FLUX_PLACE, '--timeout': 'duration' }, names: ONE })] as const),
    ]),
    ['version', named({ op: 'version', kind: 'Version', group: 'fluxcd.io', flags: { '--client': 'switch', '-o --output': ['json', 'yaml'] } })],
  ]),
}
