/**
 * A token that is asked for a longer life than the default hour, so that a program which reads it once keeps working. That is a debt:
 * the API server extends such tokens only as long as it is told to, and issuers cap what is granted. Whether a token is already
 * expired is read from the token, not from the version of the cluster.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

/** What the API server gives where nothing is asked for; 3607 is what admission writes for the mounted one. */
const DEFAULT_SECONDS = 3607
/** Issuers of managed clusters grant no more than a day. */
const ISSUER_CAP_SECONDS = 86_400

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const asked = (template.spec.volumes ?? []).flatMap(({ projected }, volume) => (projected?.sources ?? []).flatMap(({ serviceAccountToken }, source) => (serviceAccountToken?.expirationSeconds === undefined ? [] : [{ seconds: serviceAccountToken.expirationSeconds, path: [...template.path, 'volumes', volume, 'projected', 'sources', source, 'serviceAccountToken', 'expirationSeconds'] }])))
    const stretched = asked.filter(({ seconds }) => seconds > DEFAULT_SECONDS).map(({ seconds, path }) => ({
      path,
      summary: `${ownerText(template)} asks for a token of ${seconds} s${seconds > ISSUER_CAP_SECONDS ? ', more than issuers of managed clusters grant' : ''}`,
      advice: 'Use a client that reads the token anew (it is renewed at four fifths of its life), and go back to 3600. Until then note an owner and a date beside it.',
      cause: 'a longer life',
      ...(seconds > ISSUER_CAP_SECONDS ? { severity: 2 as const } : {}),
    }))
    return [...stretched, ...outlived(template.owner, asked)]
  })
}

/** A job may run longer than the life it asks for itself: only then is it known that it uses the token. */
function outlived(owner: AuditFinding['of'], asked: readonly { readonly seconds: number; readonly path: readonly (string | number)[] }[]): Omit<AuditFinding, 'of'>[] {
  const object = owner as { kind: string; spec?: { activeDeadlineSeconds?: number; jobTemplate?: { spec?: { activeDeadlineSeconds?: number } } } }
  const deadline = object.kind === 'Job' ? object.spec?.activeDeadlineSeconds : object.kind === 'CronJob' ? object.spec?.jobTemplate?.spec?.activeDeadlineSeconds : undefined
  return asked.filter(({ seconds }) => deadline !== undefined && deadline > seconds).map(({ seconds, path }) => ({ path, summary: `a run may take ${deadline ?? 0} s, and its token lives ${seconds} s`, advice: 'See that the program reads the token from its file at each call; a short test will not show it.', cause: 'a run longer than its token', severity: 3 as const }))
}

export const tokenLifeStretched: AuditRule = {
  id: 'token-life-stretched',
  title: 'A token with a longer life, or a run longer than its token',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['the default life', 'a job that asks for no token', 'a run with a deadline below the life'],
  prevention: 'Clients that reload the token, and the default life.',
  sources: [
    { title: 'Service account token volume projection', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection' },
    { title: 'Managing service accounts: bound tokens', url: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens' },
  ],
  reviewBy: '2027-03-31',
}
