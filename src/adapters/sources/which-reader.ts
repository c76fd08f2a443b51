/** Which reader a file is for, by the name that its tools look for. What it holds is then decided by its shape. */

export type Reader = 'yaml' | 'json' | 'docker' | 'terraform' | 'toml'

const BY_NAME: readonly (readonly [RegExp, Reader])[] = [
  [/(^|\/)(Dockerfile|Containerfile)(\.[\w.-]+)?$/, 'docker'],
  [/\.(dockerfile|containerfile)$/i, 'docker'],
  [/\.ya?ml$/i, 'yaml'],
  [/\.jsonl?$|\.jsonc$/i, 'json'],
  [/\.(tf|tofu)$|(^|\/)terraform\.tfvars$|\.auto\.tfvars$/, 'terraform'],
  [/(^|\/)\.?(codex\/config|mcp[\w-]*|config\/mcp[\w-]*)\.toml$/, 'toml'],
]

/** Undefined for a file that no reader is for. */
export function readerFor(source: string): Reader | undefined {
  if (/(^|\/)Dockerfile\.dockerignore$|\.dockerignore$/.test(source)) return undefined
  return BY_NAME.find(([pattern]) => pattern.test(source))?.[1]
}
