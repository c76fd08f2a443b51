/**
 * What is a secret, told by the form of a value first and by the name of its field second. A word match on names alone is the
 * best known source of false alarms, so a name needs a value that could be a secret.
 */

/** Forms that their issuers documented so that scanners can find them. */
const TOKENS: readonly RegExp[] = [
  /\b(ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36}\b/, /\bgithub_pat_\w{22,}\b/, /\bglpat-[\w-]{20,}\b/, /\bAKIA[0-9A-Z]{16}\b/, /\bASIA[0-9A-Z]{16}\b/,
  /\bxox[abprs]-[\w-]{10,}\b/, /\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}\b/, /\bAIza[\w-]{35}\b/, /\bnpm_[A-Za-z0-9]{36}\b/, /\bdckr_pat_[\w-]{20,}\b/,
  /\bhvs\.[\w-]{24,}\b/, /\bdop_v1_[a-f0-9]{64}\b/, /-----BEGIN (?:RSA |EC |OPENSSH |DSA |ENCRYPTED )?PRIVATE KEY-----/, /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}\b/,
]
const NAME = /(^|[_.-])(password|passwd|passphrase|pwd|secret|secret[_-]?key|client[_-]?secret|api[_-]?key|apikey|token|access[_-]?key|access[_-]?key[_-]?id|private[_-]?key|auth[_-]?token|credentials?)$/i
/** Names that speak about a secret and do not carry one. */
const ABOUT = /(_|-|\.)(file|path|dir|name|ref|id|url|uri|header|type|length|ttl|expiry|enabled|mount)$/i
const PLACEHOLDER = /^$|^[<{[$%]|[>}]$|^\$\(|change[-_ ]?me|replace[-_ ]?me|your[-_ ]|example|placeholder|redacted|^x{3,}$|^\*+$|^(true|false|none|null|todo|tbd|dummy|test|default|secret|password|token)$|^(ref\+|vault:|op:\/\/|arn:aws:secretsmanager|projects\/.+\/secrets\/|file:\/\/|secretref:|env:)/i

/** A value in a form that only tokens and keys have. */
export function looksLikeToken(value: string): boolean {
  return TOKENS.some((token) => token.test(value)) && !/example/i.test(value)
}

/** `DB_PASSWORD`, `apiKey`; not `DB_PASSWORD_FILE`, `TOKENIZER`. */
export function isSecretName(name: string): boolean {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
  return NAME.test(words) && !ABOUT.test(words)
}

/** Nobody could log in with it: empty, a variable, a reference to a store, a word that says so. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value.trim())
}
