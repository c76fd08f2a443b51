/**
 * What is a secret, told by the form of a value first and by the name of its field second. A word match on names alone is the
 * best known source of false alarms, so a name needs a value that could be a secret.
 */

import { isPlaceholder as isNoValue } from '../../kernel/redact/looks-random.ts'
import { privateKeySpans } from '../../kernel/redact/private-keys.ts'
import { gradeOf, isGivenToSecrets } from '../../kernel/redact/secret-name.ts'
import { tokenSpans } from '../../kernel/redact/token-shapes.ts'

/** Words and references that people write down in place of a secret, beside those that no log line would hold either. */
const STANDS_IN = /^[<{[$%]|[>}]$|change[-_ ]?me|replace[-_ ]?me|your[-_ ]|example|placeholder|redacted|^(todo|tbd|dummy|test|default|secret|password|token)$|^(op:\/\/|arn:aws:secretsmanager|projects\/.+\/secrets\/|file:\/\/|env:)/i

/** Where something lies: `/etc/cloud-sa/key.json`. */
const PATH = /^(~|\.{1,2})?(\/[\w.-]{1,60}){2,12}\/?$/

/** A value in a form that only tokens and keys have: the shapes by which they are withheld everywhere else. */
export function looksLikeToken(value: string): boolean {
  return (tokenSpans(value).length > 0 || privateKeySpans(value).length > 0) && !/example/i.test(value)
}

/** `DB_PASSWORD`, `apiKey`; not `DB_PASSWORD_FILE`, `TOKENIZER`: the names by which values are withheld everywhere else. */
export function isSecretName(name: string): boolean {
  return isGivenToSecrets(name)
}

/** A name after which whatever stands there is a password, however short. */
export function isPasswordName(name: string): boolean {
  return gradeOf(name) === 'password'
}

/** Nobody could log in with it: empty, a variable, a reference to a store, a word that says so. */
export function isPlaceholder(value: string): boolean {
  const bare = value.trim()
  return isNoValue(bare) || STANDS_IN.test(bare) || PATH.test(bare)
}
