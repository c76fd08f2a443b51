/** Questions about Dockerfiles: what ends up in the image, and which commands are run on the way. */

import type { AuditFinding, AuditView, DockerInstruction, DockerStage, Dockerfile } from '../../model/audit.ts'

/** The stage that is built when nobody names another: the last. */
export function finalStage({ stages }: Dockerfile): DockerStage | undefined {
  return stages.at(-1)
}

/** The last stage and the stages it starts from: their layers are the image. Nearest first. */
export function finalLayers(file: Dockerfile): DockerStage[] {
  const chain: DockerStage[] = []
  let current = finalStage(file)
  while (current !== undefined) {
    chain.push(current)
    current = current.parent === undefined ? undefined : file.stages[current.parent]
  }
  return chain
}

/** Instructions of the final image, in order. */
export function finalInstructions(file: Dockerfile): DockerInstruction[] {
  return finalLayers(file).toReversed().flatMap(({ instructions }) => instructions)
}

/** The image from outside that the final one starts from: `node:20-alpine`. */
export function finalBase(file: Dockerfile): string {
  return finalLayers(file).at(-1)?.image ?? ''
}

/** Names in `FROM` that mean a stage of the same file, or nothing at all. */
export function isExternal(stage: DockerStage): boolean {
  return stage.parent === undefined && stage.image !== 'scratch' && !stage.image.includes('$')
}

/** The last of its kind is the one that counts: CMD, ENTRYPOINT, USER. */
export function lastOf(instructions: readonly DockerInstruction[], keyword: string): DockerInstruction | undefined {
  return instructions.findLast((instruction) => instruction.keyword === keyword)
}

/** Single commands of a RUN: what stands between `&&`, `;`, `|` and line ends. */
export function commandsOf({ text, words }: DockerInstruction): string[] {
  const all = words === undefined ? text : words.join(' ')
  return all.split(/&&|\|\||;|\n|\|/).map((command) => command.replace(/^\s*(?:(?:sudo|exec|time|set -\w+)\s+|\w+=\S+\s+)*/, '').trim()).filter((command) => command !== '')
}

/** Packages that a command asks a package manager for; undefined when it installs none. */
export function installedBy(command: string): string[] | undefined {
  const match = /^(?:apt-get|apt|aptitude|apk|yum|dnf|microdnf|zypper)\b(?:\s+-\S+)*\s+(?:install|add)\b(.*)$/.exec(command)
  return match === null ? undefined : (match[1] ?? '').split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'))
}

/** `name` of `name=1.2-3`, `name~=1`, `name@edge`. */
export function packageName(word: string): string {
  return word.replace(/[=~<>@].*$/, '')
}

/** A finding for each Dockerfile and instruction for which `look` answers. */
export function auditDockerfiles({ dockerfiles }: AuditView, look: (file: Dockerfile) => readonly (Omit<AuditFinding, 'of' | 'path'> & { readonly at: DockerInstruction })[]): AuditFinding[] {
  return dockerfiles.flatMap((file) => look(file).map(({ at, ...finding }) => ({ of: file, path: [at.index], ...finding })))
}
