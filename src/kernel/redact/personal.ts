/**
 * Data about people: addresses of mail, numbers of cards. They are replaced by pseudonyms: the same person looks the
 * same throughout an incident, and nobody reads who it was.
 */

import type { Span } from './span.ts'

export const PERSONAL_TYPES = ['email', 'card', 'iban', 'phone', 'ip'] as const
export type PersonalType = (typeof PERSONAL_TYPES)[number]

const MAIL_HOST = /@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}([A-Za-z]{2,24})(?![\w@-])/y
const MAIL_USER = /[A-Za-z0-9._%+-]/
const MAIL_USER_MAX = 64
/** Names with an `@` that are not of people: units of systemd, files, names inside the cluster. */
const NOT_MAIL = new Set(['service', 'socket', 'target', 'timer', 'mount', 'slice', 'scope', 'local', 'internal', 'svc', 'cluster', 'tgz', 'js', 'ts', 'json', 'gz', 'go', 'py', 'localhost', 'localdomain', 'test', 'lan', 'intern', 'corp', 'arpa'])
const MACHINE_USERS = new Set(['git', 'root', 'noreply', 'no-reply', 'postmaster', 'hg', 'ubuntu', 'ec2-user', 'core', 'mailer-daemon', 'nobody', 'system'])
const CARD = /(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w.-])/g
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g
const PHONE = /(?<![\w.:+-])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){2,4}(?![\w.-])/g
const IP = /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.-])/g

export function personalSpans(text: string, types: readonly PersonalType[]): Span[] {
  return types.flatMap((type) => (type === 'email' ? mailStretches(text) : finders[type](text)).map((found): Span => ({ ...found, type, class: 'personal' })))
}

type Stretch = Pick<Span, 'start' | 'end'>

const finders: Record<Exclude<PersonalType, 'email'>, (text: string) => Stretch[]> = {
  card: (text) => matches(text, CARD, isCard),
  iban: (text) => matches(text, IBAN, (number) => isIban(number.replaceAll(' ', ''))),
  phone: (text) => (text.includes('+') ? matches(text, PHONE, () => true) : []),
  ip: (text) => matches(text, IP, isPublic),
}

function matches(text: string, pattern: RegExp, isOne: (found: string) => boolean): Stretch[] {
  return [...text.matchAll(pattern)].filter(([found]) => isOne(found)).map(({ index, 0: found }) => ({ start: index, end: index + found.length }))
}

/** From the sign to both sides: a pattern that begins at the user tries every word of the text. */
function mailStretches(text: string): Stretch[] {
  const found: Stretch[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    MAIL_HOST.lastIndex = at
    const host = MAIL_HOST.exec(text)
    if (host === null || NOT_MAIL.has((host[1] ?? '').toLowerCase())) continue
    let start = at
    while (start > 0 && at - start < MAIL_USER_MAX && MAIL_USER.test(text.charAt(start - 1))) start -= 1
    while (start < at && !/[A-Za-z0-9]/.test(text.charAt(start))) start += 1
    if (start < at && !MACHINE_USERS.has(text.slice(start, at).toLowerCase())) found.push({ start, end: MAIL_HOST.lastIndex })
  }
  return found
}

/** Issuers' first digits, the usual groups, and the check digit (Luhn). Numbers that run on without groups are ids more often. */
function isCard(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, '')
  if (!/^(?:4|5[1-5]|2[2-7]|3[47]|6(?:011|5))/.test(digits) || !/^(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5})$/.test(text)) return false
  if (new Set(digits).size < 2) return false
  const sum = [...digits].reverse().reduce((total, digit, at) => total + (at % 2 === 0 ? Number(digit) : doubled(Number(digit))), 0)
  return sum % 10 === 0
}

function doubled(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2
}

/** ISO 13616: the number, its head moved to the end and letters as numbers, leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false
  const moved = text.slice(4) + text.slice(0, 4)
  let rest = 0
  for (const character of moved) {
    const value = /\d/.test(character) ? character : String(character.charCodeAt(0) - 55)
    for (const digit of value) rest = (rest * 10 + Number(digit)) % 97
  }
  return rest === 1
}

/** Addresses inside the cluster explain incidents; those of users do not. */
function isPublic(address: string): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number)
  const inside = first === 10 || first === 127 || first === 0 || first >= 224 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168) || (first === 100 && second >= 64 && second < 128) || (first === 169 && second === 254)
  return !inside
}
