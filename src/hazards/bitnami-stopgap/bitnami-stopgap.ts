/** Images of Bitnami that were a bridge or a try-out: bitnamilegacy has no updates, bitnamisecure only its newest tag. And charts that still point to the catalogue that was taken down. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { parseImage } from '../shared/image-name.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

/** The public catalogue went away on this day; the bridge was announced as temporary, and a year is a long bridge. */
const CATALOGUE_CLOSED = '2025-09-29'
const BRIDGE_ENDS = '2026-09-29'
const TRY_OUT = /(^|-)(dev|develop|development|test|testing|sandbox|playground|local)(-|$)/
const CHARTS = /^(oci:\/\/)?registry-1\.docker\.io\/bitnamicharts|^https:\/\/charts\.bitnami\.com\/bitnami/

function audit({ cluster, nowMs }: AuditView): AuditFinding[] {
  const images = auditContainers(cluster, (item) => {
    const image = parseImage(item.container.image ?? '')
    const found = (summary: string, advice: string, cause: string, severity: 2 | 3 | 4): Omit<AuditFinding, 'of'>[] => [{ path: [...item.path, 'image'], summary: `${containerText(item)} runs ${item.container.image ?? ''}: ${summary}`, advice, cause, severity }]
    if (image?.registry !== 'docker.io') return []
    if (image.repository.startsWith('bitnamilegacy/')) return found('old images without fixes', 'Move to the image of the project itself, or of a maker with updates. The same goes for init containers and exporters.', 'a bridge without updates', nowMs >= Date.parse(BRIDGE_ENDS) ? 2 : 4)
    if (image.repository.startsWith('bitnamisecure/') && !TRY_OUT.test(item.template.namespace)) return found('only its newest tag is public, and it is meant for trying out', 'Pin an image that keeps its tags.', 'a try-out outside of development', 3)
    return []
  })
  return nowMs < Date.parse(CATALOGUE_CLOSED) ? images : [...images, ...charts({ cluster })]
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
  appliesTo: [...WORKLOAD_KINDS, 'source.toolkit.fluxcd.io/HelmRepository', 'source.toolkit.fluxcd.io/OCIRepository', 'argoproj.io/Application'],
  audit,
  lookAlikes: ['a mirror of one\'s own that keeps such images', 'a try-out in a namespace for development', 'another maker whose name begins alike'],
  prevention: 'Render charts, and look at every image that is left.',
  sources: [{ title: 'Upcoming changes to the Bitnami catalog', url: 'https://github.com/bitnami/charts/issues/35164' }],
  reviewBy: '2027-01-31',
}
