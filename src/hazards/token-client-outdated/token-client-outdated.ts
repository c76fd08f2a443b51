/** 
 * A client library for Kubernetes that reads its token once and never again, found in a bill of materials: a program that runs longer
 * than its token is refused in the middle of its work. Whether a token is expired is read from the token; this is what
 * can be known before.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

/** The first versions that read the token anew, as the vendors' lists have them; by the beginning of the package URL. */
const LEAST: readonly { readonly purl: string; readonly least: readonly number[] }[] = [
  { purl: 'pkg:golang/k8s.io/client-go', least: [0, 15, 7] },
  { purl: 'pkg:pypi/kubernetes', least: [12, 0, 0] },
  { purl: 'pkg:maven/io.kubernetes/client-java', least: [9, 0, 0] },
  { purl: 'pkg:npm/%40kubernetes/client-node', least: [0, 10, 3] },
  { purl: 'pkg:nuget/KubernetesClient', least: [7, 0, 5] },
]

function audit({ partsLists }: AuditView): AuditFinding[] {
  return partsLists.flatMap((list) =>
    list.parts.flatMap(({ purl, path }): AuditFinding[] => {
      const [name = '', version = ''] = purl.split(/@(?=[^@/]*$)/).map((part) => part.split('?')[0] ?? '')
      const known = LEAST.find((one) => one.purl === name.replace('/@', '/%40'))
      const numbers = /^v?(\d+(?:\.\d+)*)/.exec(version)?.[1]?.split('.').map(Number)
      if (known === undefined || numbers === undefined || !isBefore(numbers, known.least)) return []
      return [{ of: list, path, summary: `${list.about || list.file} holds ${name.slice('pkg:'.length)} ${version}, which reads its token only once`, advice: `${known.least.join('.')} or newer.` }]
    }),
  )
}

function isBefore(version: readonly number[], least: readonly number[]): boolean {
  const at = least.findIndex((part, index) => (version[index] ?? 0) !== part)
  return at >= 0 && (version[at] ?? 0) < (least[at] ?? 0)
}

export const tokenClientOutdated: AuditRule = {
  id: 'token-client-outdated',
  title: 'A client that reads its token only once',
  severity: 3,
  appliesTo: ['parts/List'],
  audit,
  lookAlikes: ['a version that reloads', 'another package of the same name in another language', 'a part without a version'],
  prevention: 'Bills of materials from the build, scanned where they are made.',
  sources: [{ title: 'Amazon EKS: service account tokens and client versions', url: 'https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html' }],
  reviewBy: '2027-03-31',
}
