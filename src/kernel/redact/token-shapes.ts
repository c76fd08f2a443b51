/**
 * Tokens that can be told by their own shape, wherever they stand: each begins with letters that its issuer chose so
 * that scanners find it. Every pattern is anchored to such a beginning and repeats one class of characters, so that
 * no input makes it slow.
 *
 * The shapes are those the issuers publish; the list is ours, because the scanners at hand are asynchronous, keep no
 * mark of equality, and missed 15 of the 28 kinds we planted (docs/decisions/0011-redaction.md).
 */

import type { Span } from './span.ts'

interface Shape {
  readonly type: string
  /** Literal beginnings; the scan looks for these. */
  readonly starts: readonly string[]
  /** Tried where a beginning was found. */
  readonly pattern: RegExp
}

const shape = (type: string, starts: readonly string[], pattern: RegExp): Shape => ({ type, starts, pattern: new RegExp(pattern.source, 'y') })

const SHAPES: readonly Shape[] = [
  shape('jwt', ['eyJ'], /eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}/),
  shape('aws-access-key-id', ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'AROA', 'AIDA'], /A(?:KIA|SIA|BIA|CCA|ROA|IDA)[A-Z2-7]{16}(?![A-Za-z0-9])/),
  shape('google-api-key', ['AIza'], /AIza[\w-]{35}(?![\w-])/),
  shape('google-oauth-token', ['ya29.'], /ya29\.[\w-]{20,}/),
  shape('google-oauth-secret', ['GOCSPX-'], /GOCSPX-[\w-]{28}/),
  shape('boyd-token', ['boyd_'], /boyd_[\w-]{43}(?![\w-])/),
  shape('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /gh[pousr]_[A-Za-z0-9]{36,255}/),
  shape('github-token', ['github_pat_'], /github_pat_\w{50,255}/),
  shape('gitlab-token', ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glsoat-'], /gl(?:pat|dt|rt|cbt|ptt|soat)-[\w.-]{20,}/),
  shape('slack-token', ['xoxb-', 'xoxa-', 'xoxp-', 'xoxr-', 'xoxs-', 'xoxe', 'xapp-'], /x(?:ox[abeprs]|app)(?:\.xox[bp])?-[A-Za-z0-9-]{10,}/),
  shape('slack-webhook', ['hooks.slack.com/'], /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{20,}/),
  shape('discord-webhook', ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'], /discord(?:app)?\.com\/api\/webhooks\/\d{5,25}\/[\w-]{30,}/),
  shape('teams-webhook', ['.webhook.office.com/'], /\.webhook\.office\.com\/webhookb2\/[\w@/-]{40,}/),
  shape('stripe-key', ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'], /(?:(?:sk|rk)_(?:live|test)|whsec)_[A-Za-z0-9+/=]{10,}/),
  shape('npm-token', ['npm_'], /npm_[A-Za-z0-9]{36}(?!\w)/),
  shape('pypi-token', ['pypi-AgE'], /pypi-AgE[\w-]{30,}/),
  shape('rubygems-token', ['rubygems_'], /rubygems_[0-9a-f]{48}/),
  shape('docker-token', ['dckr_pat_', 'dckr_oat_'], /dckr_[po]at_[\w-]{20,}/),
  shape('sendgrid-key', ['SG.'], /SG\.[\w-]{16,32}\.[\w-]{16,64}/),
  shape('mailgun-key', ['key-'], /key-[0-9a-f]{32}(?!\w)/),
  shape('mailchimp-key', ['-us'], /(?<=(?<![0-9a-f])[0-9a-f]{32})-us\d{1,2}(?!\w)/),
  shape('openai-key', ['sk-proj-', 'sk-svcacct-', 'sk-admin-'], /sk-(?:proj|svcacct|admin)-[\w-]{20,}/),
  shape('anthropic-key', ['sk-ant-'], /sk-ant-[\w-]{20,}/),
  shape('api-key', ['sk-'], /sk-(?:or-v1-)?[A-Za-z0-9]{32,}(?!\w)/),
  shape('hugging-face-token', ['hf_'], /hf_[A-Za-z]{34}(?!\w)/),
  shape('vault-token', ['hvs.', 'hvb.', 'hvr.'], /hv[sbr]\.[\w-]{20,}/),
  shape('terraform-token', ['.atlasv1.'], /\.atlasv1\.[\w-]{60,}/),
  shape('digitalocean-token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], /do[opr]_v1_[0-9a-f]{64}/),
  shape('databricks-token', ['dapi'], /dapi[0-9a-f]{32}(?:-\d)?(?!\w)/),
  shape('atlassian-token', ['ATATT3x', 'ATCTT3x'], /AT[AC]TT3x[\w=-]{30,}/),
  shape('shopify-token', ['shpat_', 'shpss_', 'shpca_', 'shppa_'], /shp(?:at|ss|ca|pa)_[0-9a-f]{32}/),
  shape('newrelic-key', ['NRAK-', 'NRII-', 'NRJS-'], /NR(?:AK|II|JS)-[\w-]{19,}/),
  shape('grafana-token', ['glsa_', 'glc_'], /gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}/),
  shape('linear-key', ['lin_api_'], /lin_api_[A-Za-z0-9]{32,}/),
  shape('doppler-token', ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.'], /dp\.(?:pt|ct|sa|st(?:\.[\w-]{2,35})?)\.[A-Za-z0-9]{40,}/),
  shape('planetscale-token', ['pscale_'], /pscale_(?:tkn|pw|oauth)_[\w=.-]{32,}/),
  shape('sentry-token', ['sntrys_', 'sntryu_'], /sntry[su]_[\w=+/.-]{40,}/),
  shape('pulumi-token', ['pul-'], /pul-[0-9a-f]{40}(?!\w)/),
  shape('twilio-key', ['SK'], /SK[0-9a-f]{32}(?!\w)/),
  shape('square-token', ['EAAA', 'sq0csp-', 'sq0atp-'], /(?:EAAA[\w-]{60}(?![\w-])|sq0(?:csp|atp)-[\w-]{22,43})/),
  shape('age-key', ['AGE-SECRET-KEY-1'], /AGE-SECRET-KEY-1[0-9A-Z]{58}/),
  shape('bootstrap-token', ['token '], /(?<=\btoken )[a-z0-9]{6}\.[a-z0-9]{16}(?!\w)/),
  shape('password-hash', ['$2a$', '$2b$', '$2y$'], /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/),
  shape('password-hash', ['$argon2', '$6$', '$5$', '$scrypt$', '$pbkdf2'], /\$(?:argon2(?:id?|d)|6|5|scrypt|pbkdf2-\w{3,8})\$[\w./=,$+-]{20,}/),
  shape('azure-sas', ['sig='], /(?<=[?&;]sig=)[A-Za-z0-9%+/=]{20,}/),
]

/** `10-digit bot number : 35 characters`: nothing but digits begins it, so it is looked for by its colon. */
const TELEGRAM = /(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])/g

/** By the code of the first character: what may begin there. */
const starts: readonly { readonly start: string; readonly shape: Shape }[][] = Array.from({ length: 128 }, () => [])
for (const one of SHAPES) for (const start of one.starts) starts[start.charCodeAt(0)]?.push({ start, shape: one })
const NOTHING: readonly { readonly start: string; readonly shape: Shape }[] = []

/** One pass by hand: a regular expression of eighty alternatives is five times slower. */
export function tokenSpans(text: string): Span[] {
  const spans: Span[] = []
  let before = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    const candidates = code < 128 ? (starts[code] ?? NOTHING) : NOTHING
    if (candidates.length > 0 && (!isWordCode(before) || !isWordCode(code) || escapeBefore(text, at))) {
      const span = spanAt(text, at, candidates)
      if (span !== undefined) {
        spans.push(span)
        at = span.end - 1
      }
    }
    before = text.charCodeAt(at)
  }
  return text.includes(':AA') ? [...spans, ...telegramSpans(text)] : spans
}

function spanAt(text: string, at: number, candidates: readonly { readonly start: string; readonly shape: Shape }[]): Span | undefined {
  for (const { start, shape: { type, pattern } } of candidates) {
    if (!text.startsWith(start, at)) continue
    pattern.lastIndex = at
    // A mailchimp key is told by its end.
    if (pattern.test(text)) return { start: type === 'mailchimp-key' ? at - 32 : at, end: pattern.lastIndex, type, class: 'secret' }
  }
  return undefined
}

function telegramSpans(text: string): Span[] {
  return [...text.matchAll(TELEGRAM)].map((match) => ({ start: match.index, end: match.index + match[0].length, type: 'telegram-token', class: 'secret' }))
}

function isWordCode(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}

/** The `n` of `\n` belongs to the escape and not to the word. */
function escapeBefore(text: string, index: number): boolean {
  return text.charCodeAt(index - 2) === 92 && /[nrt]/.test(text.charAt(index - 1))
}
