/** Things of one C library or package manager on an image of another: a program that cannot find its loader, packages that were built for something else. */

import type { AuditFinding, AuditView, DockerStage } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf } from '../shared/docker.ts'

type Family = 'musl' | 'glibc' | 'wolfi' | 'static'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) =>
    file.stages.filter(({ reachesFinal }) => reachesFinal).flatMap((stage) => {
      const family = familyOf(baseOf(file.stages, stage))
      return stage.instructions.flatMap((at) => {
        const from = at.keyword === 'COPY' && at.flags['from'] !== undefined ? file.stages.find(({ name, index }) => name === at.flags['from'] || String(index) === at.flags['from']) : undefined
        const built = from === undefined ? undefined : familyOf(baseOf(file.stages, from))
        const program = /\/(s?bin|app|server|out|dist|target)(\/|\s|$)/.test(at.text)
        if (from !== undefined && family === 'musl' && built === 'glibc' && program && compiles(from) && !isStatic(from)) return [{ at, summary: `${file.file} copies a program that was linked against glibc into ${baseOf(file.stages, stage)}, which has musl`, advice: 'Build on the same base, or statically (CGO_ENABLED=0, a musl target).', cause: 'glibc on musl' }]
        const mixed = at.keyword === 'RUN' && family === 'wolfi' && /alpinelinux\.org/.test(at.text)
        return mixed ? [{ at, summary: `${file.file} adds packages of Alpine to ${baseOf(file.stages, stage)}`, advice: 'Use the packages of Wolfi: both are called apk, and they are built against different C libraries.', cause: 'Alpine packages on Wolfi' }] : []
      })
    }),
  )
}

function baseOf(stages: readonly DockerStage[], stage: DockerStage): string {
  return stage.parent === undefined ? stage.image : baseOf(stages, stages[stage.parent] as DockerStage)
}

function familyOf(image: string): Family | undefined {
  if (/^scratch$|distroless\/static|chainguard\/static/.test(image)) return 'static'
  if (/^cgr\.dev\/|wolfi/.test(image)) return 'wolfi'
  if (/(^|\/)alpine([:@]|$)|-alpine|:alpine/.test(image)) return 'musl'
  return /(^|\/)(debian|ubuntu|golang|rust|gcc|node|python|buildpack-deps|fedora|rockylinux|amazonlinux|redhat\/ubi\d*|eclipse-temurin|maven)([:@-]|$)/.test(image) ? 'glibc' : undefined
}

/** Something is linked there: scripts and byte code do not care. */
function compiles({ instructions }: DockerStage): boolean {
  return instructions.filter(({ keyword }) => keyword === 'RUN').flatMap(commandsOf).some((command) => /^(go build|go install|cargo (build|install)|gcc|g\+\+|clang|make|cmake|cc)\b/.test(command))
}

function isStatic({ instructions }: DockerStage): boolean {
  return instructions.some(({ text }) => /CGO_ENABLED[= ]["']?0|-static\b|linux-musl|--features\s+static/.test(text))
}

export const dockerBaseMixed: AuditRule = {
  id: 'docker-base-mixed',
  title: 'Programs or packages of another base',
  severity: 2,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a program that was linked statically', 'both stages on Alpine', 'scripts and archives, which are linked against nothing'],
  prevention: 'One family of bases for building and running.',
  sources: [
    { title: 'musl: functional differences from glibc', url: 'https://wiki.musl-libc.org/functional-differences-from-glibc.html' },
    { title: 'Wolfi: overview', url: 'https://edu.chainguard.dev/open-source/wolfi/overview/' },
  ],
  reviewBy: '2027-06-30',
}
