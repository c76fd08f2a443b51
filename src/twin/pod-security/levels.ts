/** What the labels of a namespace ask of its pods (`pod-security-admission/api/helpers.go`). Nothing can be known of defaults in the server's own settings: they are taken to be as shipped. */

import { invalidField, type FieldError } from '../api/field-error.ts'

export type Level = 'privileged' | 'baseline' | 'restricted'

export interface LevelVersion {
  readonly level: Level
  /** `latest` or `v1.N`. */
  readonly version: string
}

export interface SecurityPolicy {
  readonly enforce: LevelVersion
  readonly audit: LevelVersion
  readonly warn: LevelVersion
  /** Labels that nobody can read. The policy is whole all the same: what enforces fails closed, what only tells is silent. */
  readonly errors: readonly FieldError[]
}

type Labels = Readonly<Record<string, string>>
type Mode = 'enforce' | 'audit' | 'warn'

const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'] satisfies readonly Level[]
const PREFIX = 'pod-security.kubernetes.io/'
const INT64_MAX = 2n ** 63n - 1n

export function policyOf(labels: Labels = {}): SecurityPolicy {
  const [enforce, audit, told] = [levelVersionOf(labels, 'enforce', 'restricted'), levelVersionOf(labels, 'audit', 'privileged'), levelVersionOf(labels, 'warn', 'privileged')]
  const errors = (['enforce', 'audit', 'warn'] as const).flatMap((mode) => errorsOf(labels, mode))
  return { enforce, audit, warn: warnedAs(labels, enforce, told), errors }
}

/** Where nothing is said of warnings, what is enforced is warned of too: of templates nobody would hear otherwise. */
function warnedAs(labels: Labels, enforce: LevelVersion, told: LevelVersion): LevelVersion {
  const isTold = labels[`${PREFIX}warn`] !== undefined
  const isEnforced = isLevel(labels[`${PREFIX}enforce`]) && enforce.level !== 'privileged'
  if (isTold || !isEnforced) return told
  return { level: enforce.level, version: labels[`${PREFIX}warn-version`] === undefined ? enforce.version : told.version }
}

function levelVersionOf(labels: Labels, mode: Mode, unreadable: Level): LevelVersion {
  const [level, version] = [labels[PREFIX + mode], labels[`${PREFIX}${mode}-version`]]
  return { level: level === undefined ? 'privileged' : isLevel(level) ? level : unreadable, version: version !== undefined && isVersion(version) ? version : 'latest' }
}

function errorsOf(labels: Labels, mode: Mode): FieldError[] {
  const [level, version] = [labels[PREFIX + mode], labels[`${PREFIX}${mode}-version`]]
  return [
    ...(level === undefined || isLevel(level) ? [] : [invalidField(`metadata.labels[${PREFIX}${mode}]`, level, `must be one of ${LEVELS.join(', ')}`)]),
    ...(version === undefined || isVersion(version) ? [] : [invalidField(`metadata.labels[${PREFIX}${mode}-version]`, version, 'must be "latest" or "v1.x"')]),
  ]
}

function isLevel(text: string | undefined): text is Level {
  return text !== undefined && LEVELS.includes(text)
}

function isVersion(text: string): boolean {
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1]
  return text === 'latest' || (minor !== undefined && BigInt(minor) <= INT64_MAX)
}

/** Below zero where the first asks less than the second. */
export function compareLevels(left: Level, right: Level): number {
  return LEVELS.indexOf(left) - LEVELS.indexOf(right)
}

export function levelText({ level, version }: LevelVersion): string {
  return `${level}:${version}`
}
