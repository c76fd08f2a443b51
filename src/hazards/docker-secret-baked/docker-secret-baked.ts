/** A secret in ENV, ARG or a copied file stays in the image for whoever can pull it, also when a later layer deletes it. */

import type { AuditFinding, AuditView, DockerInstruction } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles } from '../shared/docker.ts'
import { isPlaceholder, isSecretName, looksLikeToken } from '../shared/secrets.ts'

const SECRET_FILE = /(^|[\s/"[,])(\.env(\.[\w-]+)?|id_rsa|id_ed25519|\.npmrc|\.netrc|\.pypirc|kubeconfig|credentials\.json|service-account\.json|\.aws\/credentials)(["\s,\]]|$)/

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) =>
    file.stages.filter(({ reachesFinal }) => reachesFinal).flatMap(({ instructions }) =>
      instructions.flatMap((at) => {
        const name = at.keyword === 'ENV' || at.keyword === 'ARG' ? secretIn(at) : undefined
        if (name !== undefined) return [{ at, summary: `${file.file} writes a value for ${name} into the image`, advice: 'Mount it while building (RUN --mount=type=secret), or hand it to the container when it starts.' }]
        const copied = (at.keyword === 'COPY' || at.keyword === 'ADD') && at.flags['from'] === undefined ? SECRET_FILE.exec(at.text)?.[2] : undefined
        return copied === undefined || /\.(example|sample|template|dist)$/.test(copied) ? [] : [{ at, summary: `${file.file} copies ${copied} into the image`, advice: 'Add it to .dockerignore, and mount it as a secret while building.' }]
      }),
    ),
  )
}

/** The name of the first pair that carries a secret; never its value. */
function secretIn({ keyword, text }: DockerInstruction): string | undefined {
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|(\S*))/g)].map((match) => ({ name: match[1] ?? '', value: match[2] ?? match[3] ?? match[4] ?? '' }))
  const old = keyword === 'ENV' && pairs.length === 0 ? /^([A-Za-z_]\w*)\s+(.+)$/.exec(text) : null
  const all = old === null ? pairs : [{ name: old[1] ?? '', value: old[2] ?? '' }]
  return all.find(({ name, value }) => looksLikeToken(value) || (isSecretName(name) && !isPlaceholder(value)))?.name
}

export const dockerSecretBaked: AuditRule = {
  id: 'docker-secret-baked',
  title: 'A secret in the layers of an image',
  severity: 1,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a build argument without a default', 'a variable that names a file or a secret elsewhere', 'an example file (.env.example)', 'a placeholder'],
  prevention: 'Secret mounts while building, the environment or a volume at run time.',
  sources: [{ title: 'Build secrets', url: 'https://docs.docker.com/build/building/secrets/' }],
  reviewBy: '2027-06-30',
}
