/**
 * A pipeline that keeps keys which do not end, or holds the kubeconfig of a cluster: whoever changes the pipeline, or an action that
 * it uses, has them for good. A short-lived identity (OIDC) or a cluster that pulls needs none.
 */

import type { AuditFinding, AuditView, FieldPath, Pipeline } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { isPlaceholder, isSecretName, looksLikeToken } from '../shared/secrets.ts'

/** Credentials of clouds and clusters that live until somebody takes them back. */
const LASTING = /^(AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|aws-access-key-id|aws-secret-access-key|AZURE_CREDENTIALS|ARM_CLIENT_SECRET|creds|GOOGLE_CREDENTIALS|GCP_SA_KEY|credentials_json|service_account_key|KUBECONFIG|KUBE_CONFIG(_DATA)?|kubeconfig|KUBE_TOKEN)$/

function audit({ pipelines }: AuditView): AuditFinding[] {
  return pipelines.flatMap((pipeline) => textsIn(pipeline.raw, []).flatMap(({ path, text }) => faultOf(pipeline, path, text)))
}

function faultOf(pipeline: Pipeline, path: FieldPath, text: string): AuditFinding[] {
  const name = String(path.at(-1))
  const cluster = /kube/i.test(name)
  if (LASTING.test(name) && /\$\{\{\s*(secrets|vars)\.|^\$\w+|^[A-Za-z0-9+/=]{16,}$/.test(text)) return [{ of: pipeline, path, summary: `${pipeline.file} uses ${name}, a key that does not end`, advice: cluster ? 'Let the cluster pull (Argo CD, Flux), or sign in for one run.' : 'Sign in through OIDC: permissions id-token write, and a role that trusts this repository.', cause: cluster ? 'the key to a cluster' : 'a key that does not end' }]
  const written = looksLikeToken(text) || (isSecretName(name) && !isPlaceholder(text) && !/\$/.test(text) && /^\S{8,}$/.test(text) && path.some((step) => step === 'env' || step === 'variables'))
  if (written) return [{ of: pipeline, path, summary: `${pipeline.file} carries the value of ${name}`, advice: 'Take it from the secrets of the server, and change it: it is in the history.', cause: 'a secret that is written out', severity: 1 }]
  const action = name === 'uses' ? /^([\w.-]+)\/[\w./-]+@(.+)$/.exec(text) : null
  if (action === null || ['actions', 'github'].includes(action[1] ?? '') || !/^(main|master|develop|latest|HEAD)$/.test(action[2] ?? '')) return []
  return [{ of: pipeline, path, summary: `${pipeline.file} runs ${text}, whatever that branch holds`, advice: 'Name the commit: owner/action@40-hex-digits, with the version in a comment.', cause: 'an action that moves' }]
}

/** Every text of the document, with its path. */
function textsIn(value: unknown, path: FieldPath): { readonly path: FieldPath; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value.trim() }]
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => textsIn(item, [...path, index]))
  return isRecord(value) ? Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key])) : []
}

export const pipelineLongLivedKeys: AuditRule = {
  id: 'pipeline-long-lived-keys',
  title: 'A pipeline with keys that do not end, or parts that move',
  severity: 3,
  appliesTo: ['pipeline/File'],
  audit,
  lookAlikes: ['a role that is assumed for one run', 'the token that the server makes for the run itself', 'an action by tag or commit', 'an action of the server\'s own maker'],
  prevention: 'OIDC between pipeline and cloud, pulling between Git and cluster, commits for actions.',
  sources: [
    { title: 'GitHub Actions: security hardening with OpenID Connect', url: 'https://docs.github.com/en/actions/concepts/security/openid-connect' },
    { title: 'GitHub Actions: secure use', url: 'https://docs.github.com/en/actions/reference/security/secure-use' },
  ],
  reviewBy: '2027-06-30',
}
