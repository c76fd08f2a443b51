/**
 * Compilers and build tools in the image that ships: they make it large, slow to pull when a node is lost, and hand an intruder
 * a workshop. Told from what the final layers install, and from a final base that is itself a toolchain.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf, finalBase, finalLayers, finalStage, installedBy, packageName } from '../shared/docker.ts'
import { baseNameOf, parseImage } from '../shared/image-name.ts'

const TOOLS = /^(gcc|g\+\+|clang|make|cmake|build-essential|build-base|alpine-sdk|base-devel|linux-headers|musl-dev|libc-dev|python3?-dev|go|golang(-go)?|rust(c)?|cargo|maven|gradle|openjdk-\d+-jdk(-headless)?|default-jdk|msbuild|nodejs-npm|autoconf|automake|git)$/
/** Images made to build with; what they build runs without them. */
const BUILD_IMAGES = new Set(['golang', 'rust', 'gcc', 'maven', 'gradle', 'buildpack-deps'])

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const [layers, from, base] = [finalLayers(file), finalStage(file)?.instructions[0], parseImage(finalBase(file))]
    const runs = layers.flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === 'RUN'))
    const installs = runs.flatMap((at) => {
      const all = commandsOf(at)
      const tools = all.flatMap((command) => installedBy(command) ?? []).map(packageName).filter((name) => TOOLS.test(name) && !isRemoved(all, name))
      return tools.length === 0 ? [] : [{ at, summary: `${file.file} ships ${[...new Set(tools)].join(', ')}`, advice: 'Build in an earlier stage, and copy only the result.', cause: 'installed in the final stage' }]
    })
    const sdk = base !== undefined && from !== undefined && (BUILD_IMAGES.has(baseNameOf(base)) || base.repository.endsWith('dotnet/sdk')) ? [{ at: from, summary: `${file.file} ships ${finalBase(file)}, an image made to build with`, advice: 'Start the last stage from a runtime image (distroless, alpine, aspnet, a JRE), and copy the result.', cause: 'the base is a toolchain' }] : []
    return [...installs, ...sdk]
  })
}

/** Installed and removed in one layer leaves nothing; a virtual package of apk is removed by its own name. */
function isRemoved(commands: readonly string[], name: string): boolean {
  return commands.some((command) => /^(apt-get|apt|apk|yum|dnf|microdnf)\b.*\b(purge|remove|del|autoremove|erase)\b/.test(command) && (command.includes(name) || /\s\.[\w-]+/.test(command)))
}

export const dockerToolchainShipped: AuditRule = {
  id: 'docker-toolchain-shipped',
  title: 'Build tools in the image that ships',
  severity: 4,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a toolchain in a stage that only builds', 'tools that the same layer removes again'],
  prevention: 'Several stages: one that builds, one that runs.',
  sources: [{ title: 'Multi-stage builds', url: 'https://docs.docker.com/build/building/multi-stage/' }],
  reviewBy: '2027-06-30',
}
