/** A chart that moves by itself: Argo CD or Flux installs whatever is newest, an operator with its webhooks too, at an hour of nobody's choosing. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  const applications = cluster.list('argoproj.io', 'Application').flatMap((object) => {
    const source = (object['spec'] as { source?: { chart?: string; targetRevision?: string } } | undefined)?.source
    return source?.chart === undefined || isExact(source.targetRevision) ? [] : [{ of: object, path: ['spec', 'source', ...(source.targetRevision === undefined ? [] : ['targetRevision'])], summary: `${subjectText(subjectOf(object))} installs chart ${source.chart} in version ${source.targetRevision ?? 'whatever is newest'}`, advice: 'targetRevision: 1.2.3, moved by a pull request with the changelog.' }]
  })
  const releases = cluster.list('helm.toolkit.fluxcd.io', 'HelmRelease').flatMap((object) => {
    const chart = (object['spec'] as { chart?: { spec?: { chart?: string; version?: string; sourceRef?: { kind?: string } } } } | undefined)?.chart?.spec
    if (chart === undefined || chart.sourceRef?.kind === 'GitRepository' || isExact(chart.version)) return []
    return [{ of: object, path: ['spec', 'chart', 'spec', ...(chart.version === undefined ? [] : ['version'])], summary: `${subjectText(subjectOf(object))} installs chart ${chart.chart ?? ''} in version ${chart.version ?? 'whatever is newest'}`, advice: 'version: 1.2.3, moved by a pull request with the changelog.' }]
  })
  return [...applications, ...releases]
}

function isExact(version: string | undefined): boolean {
  return version !== undefined && /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version)
}

export const gitopsChartUnpinned: AuditRule = {
  id: 'gitops-chart-unpinned',
  title: 'A chart that moves by itself',
  severity: 3,
  appliesTo: ['argoproj.io/Application', 'helm.toolkit.fluxcd.io/HelmRelease'],
  audit,
  lookAlikes: ['an application from a Git folder, whose revision is the branch', 'a chart that lies in the same Git repository'],
  prevention: 'Exact versions, and sync waves for what others depend on.',
  sources: [
    { title: 'Argo CD: tracking strategies, Helm', url: 'https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/' },
    { title: 'Flux: HelmRelease, chart version', url: 'https://fluxcd.io/flux/components/helm/helmreleases/#chart-template' },
  ],
  reviewBy: '2027-06-30',
}
