/** Images of Bitnami that were a bridge or a try-out: bitnamilegacy has no updates, bitnamisecure only its newest tag. And charts that still point to the catalogue that was taken down. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { parseImage } from '../shared/image-name.ts'
import { auditValues } from '../shared/values-images.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

/** The public catalogue went away on this day; the bridge was announced as temporary, and a year is a long bridge. */
const CATALOGUE_CLOSED = '2025-09-29'
const BRIDGE_ENDS = '2026-09-29'
const TRY_OUT = /(^|-)(dev|develop|development|test|testing|sandbox|playground|local)(-|$)/
const CHARTS = /^(oci:\/\/)?registry-1\.docker\.io\/bitnamicharts|^https:\/\/charts\.bitnami\.com\/bitnami/

function audit(view: AuditView): AuditFinding[] {
  const { cluster, nowMs } = view
  const images = auditContainers(cluster, (item) => {
    const found = stopgapOf(item.container.image ?? '', item.template.namespace, nowMs)
    if (found === undefined) return []
    const { says, ...rest } = found
    return [{ path: [...item.path, 'image'], summary: `${containerText(item)} runs ${item.container.image ?? ''}: ${says}`, ...rest }]
  })
  const values = auditValues(view, (image) => stopgapOf(image, '', nowMs))
  return nowMs < Date.parse(CATALOGUE_CLOSED) ? [...images, ...values] : [...images, ...values, ...charts(view), ...dependencies(view)]
}

function stopgapOf(text: string, namespace: string, nowMs: number) {
  const image = parseImage(text)
  if (image?.registry !== 'docker.io') return undefined
  if (image.repository.startsWith('bitnamilegacy/')) return { says: 'old images without fixes', advice: 'Move to the image of the project itself, or of a maker with updates. The same goes for init containers and exporters.', cause: 'a bridge without updates', severity: nowMs >= Date.parse(BRIDGE_ENDS) ? (2 as const) : (4 as const) }
  if (image.repository.startsWith('bitnamisecure/') && !TRY_OUT.test(namespace)) return { says: 'only its newest tag is public, and it is meant for trying out', advice: 'Pin an image that keeps its tags.', cause: 'a try-out outside of development', severity: 3 as const }
  return undefined
}

/** What a chart depends on. */
function dependencies({ chartValues }: AuditView): AuditFinding[] {
  return chartValues.flatMap((chart) =>
    (Array.isArray(chart.raw['dependencies']) ? (chart.raw['dependencies'] as readonly { name?: string; repository?: string }[]) : []).flatMap((dependency, index) => (CHARTS.test(String(dependency?.repository ?? '')) ? [{ of: chart, path: ['dependencies', index, 'repository'], summary: `${chart.file} depends on the chart ${dependency.name ?? ''} of Bitnami, which is no longer updated there and names images that went away`, advice: 'Change the chart, or override every image: of init containers, metrics and hooks too.', cause: 'charts of the closed catalogue', severity: 3 as const }] : [])),
  )
}

/** Flux and Argo CD name the source; a chart from there renders images of the closed catalogue unless each of them is overridden. */
function charts({ cluster }: Pick<AuditView, 'cluster'>): AuditFinding[] {
  const places = [
    ...['HelmRepository', 'OCIRepository'].flatMap((kind) => cluster.list('source.toolkit.fluxcd.io', kind)).map((object) => ({ object, path: ['spec', 'url'], url: (object['spec'] as { url?: string } | undefined)?.url ?? '' })),
    ...cluster.list('argoproj.io', 'Application').map((object) => ({ object, path: ['spec', 'source', 'repoURL'], url: (object['spec'] as { source?: { repoURL?: string } } | undefined)?.source?.repoURL ?? '' })),
  ]
  return places.filter(({ url }) => CHARTS.test(url)).map(({ object, path }) => ({ of: object, path, summary: `${subjectText(subjectOf(object))} takes charts of Bitnami, which are no longer updated there and name images that went away`, advice: 'Change the chart, or override every image: of init containers, metrics and hooks too.', cause: 'charts of the closed catalogue', severity: 3 }))
}

export const bitnamiStopgap: AuditRule = {
  id: 'bitnami-stopgap',
  title: 'Bitnami images that were meant for a while',
  severity: 3,
  appliesTo: [...WORKLOAD_KINDS, 'chart/Values', 'source.toolkit.fluxcd.io/HelmRepository', 'source.toolkit.fluxcd.io/OCIRepository', 'argoproj.io/Application'],
  audit,
  lookAlikes: ['a mirror of one\'s own that keeps such images', 'a try-out in a namespace for development', 'another maker whose name begins alike'],
  prevention: 'Render charts, and look at every image that is left.',
  sources: [{ title: 'Upcoming changes to the Bitnami catalog', url: 'https://github.com/bitnami/charts/issues/35164' }],
  reviewBy: '2027-01-31',
}
