/**
 * Loads policies: a directory with `schema.cedarschema`, `*.cedar` and the examples in `tests/*.yaml`; the sealed ones
 * that come with the program; and the site's layers (organisation, team), which can only tighten. All of it is checked,
 * or none of it is used; whoever holds an earlier bundle keeps it.
 */

import { digestOfJson } from '../kernel/canonical-json.ts'
import { readPolicies, type ReadPolicy } from './check-policies.ts'
import { boundlessPermits, problemsTogether } from './check-together.ts'
import type { BaseRequest } from './fact-schema.ts'
import { BASE_FILE, readBase, readExamples } from './read-examples.ts'
import { policyFault, type PolicyProblem } from './policy-fault.ts'
import type { Layer, Policy, PolicyBundle } from './policy-bundle.ts'
import { filesOfLayer, SCHEMA_FILE, type LayerFiles } from './policy-files.ts'
import { missingExamples, runExamples, type ExampleGroup, type ExampleRun } from './run-examples.ts'
import { SEALED_DIGEST, SEALED_FOLDER, SEALED_LAYER } from './sealed.ts'

export interface LoadOptions {
  /** From the broadest to the narrowest: organisation, then team. */
  readonly layers?: readonly { readonly name: string; readonly folder: string }[]
  /** Where the sealed policies lie; whatever lies there, only those of the known digest are taken. */
  readonly sealedFolder?: string
  /** What else must not change unnoticed, such as the site's hooks: it goes into the digest. */
  readonly covered?: Readonly<Record<string, string>>
}

export interface Inspection {
  /** Every problem, in the order of the files; empty where the bundle may be used. */
  readonly problems: readonly PolicyProblem[]
  /** Absent where not even the policies could be read. */
  readonly bundle?: PolicyBundle
  readonly base?: BaseRequest
  readonly examples: readonly ExampleRun[]
}

/** Throws fault `invalid` that names file, policy and line, and says what to do. */
export function loadPolicies(directory: string, options: LoadOptions = {}): PolicyBundle {
  const { problems, bundle } = inspectPolicies(directory, options)
  const [first, ...others] = problems
  if (first !== undefined) throw policyFault([first, ...others])
  if (bundle === undefined) throw policyFault([{ file: directory, message: 'there is no bundle', hint: 'Point it to a directory of policies.' }])
  return bundle
}

/** The same checks, for whoever wants to see all that is wrong at once. Throws for nothing that a directory may hold. */
export function inspectPolicies(directory: string, options: LoadOptions = {}): Inspection {
  const layers = [
    filesOfLayer({ name: SEALED_LAYER, folder: options.sealedFolder ?? SEALED_FOLDER }),
    filesOfLayer({ name: 'platform', folder: directory }),
    ...(options.layers ?? []).map(filesOfLayer),
  ]
  const unread = layers.flatMap(({ problems }) => problems)
  if (unread.length > 0) return { problems: unread, examples: [] }
  const read = layers.map((layer) => readLayer(layer))
  const schema = layers[1]?.files.find((file) => file.name === SCHEMA_FILE)
  if (schema === undefined) return { problems: [{ file: SCHEMA_FILE, message: 'the schema is missing', hint: 'Put schema.cedarschema beside the policies.' }], examples: [] }
  const policies = read.flatMap((layer) => layer.policies)
  const problems = [...sealProblems(layers[0]), ...read.flatMap((layer) => layer.problems), ...emptyProblems(policies), ...problemsTogether(policies, schema)]
  const bundle = bundleOf(policies, schema.text, layers, options)
  return problems.length > 0 ? { problems, bundle, examples: [] } : withExamples(bundle, layers)
}

function readLayer(layer: LayerFiles): { readonly policies: readonly ReadPolicy[]; readonly problems: readonly PolicyProblem[] } {
  const options = { layer: layer.name, permits: layer.name === 'platform', shadow: layer.name !== SEALED_LAYER }
  const results = layer.files.filter((file) => file.name.endsWith('.cedar')).map((file) => readPolicies(file, options))
  return { policies: results.flatMap(({ policies }) => policies), problems: results.flatMap(({ problems }) => problems) }
}

function sealProblems(sealed: LayerFiles | undefined): PolicyProblem[] {
  if (sealed?.digest === SEALED_DIGEST) return []
  return [{ file: 'sealed', message: 'the sealed policies are not those that this program was built with', hint: 'Install Boyd anew; rules of your own belong in a layer.' }]
}

function emptyProblems(policies: readonly ReadPolicy[]): PolicyProblem[] {
  if (policies.some((policy) => policy.layer === 'platform')) return []
  return [{ file: '*.cedar', message: 'there are no policies', hint: 'Without policies nothing is permitted; check the path of the directory.' }]
}

function bundleOf(policies: readonly ReadPolicy[], schema: string, layers: readonly LayerFiles[], options: LoadOptions): PolicyBundle {
  const known: Layer[] = layers.map(({ name, folder, digest }) => ({ name, folder, digest }))
  const inMode = (mode: ReadPolicy['mode']): readonly Policy[] => policies.filter((policy) => policy.mode === mode)
  return {
    kind: 'policy-bundle',
    digest: digestOfJson({ layers: known.map(({ name, digest }) => [name, digest]), covered: options.covered ?? {} }),
    schema,
    policies: inMode('enforce'),
    shadow: inMode('shadow'),
    layers: known,
    covered: options.covered ?? {},
  }
}

function withExamples(bundle: PolicyBundle, layers: readonly LayerFiles[]): Inspection {
  const base = readBase(layers)
  if ('message' in base) return { problems: [base], bundle, examples: [] }
  const read = layers.map((layer) => examplesOf(layer))
  const groups = read.flatMap((result) => result.groups)
  const examples = read.flatMap((result, index) => runExamples(upTo(bundle, layers, index), base, result.groups))
  const problems = [
    ...read.flatMap((result) => result.problems),
    ...boundlessPermits(bundle, base),
    ...missingExamples(bundle, groups),
    ...examples.flatMap((example) => example.problem ?? []),
  ]
  return { problems, bundle, base, examples }
}

function examplesOf(layer: LayerFiles): { readonly groups: readonly ExampleGroup[]; readonly problems: readonly PolicyProblem[] } {
  const read = layer.files.filter((file) => file.name.includes('tests/') && !file.name.endsWith(BASE_FILE)).map(readExamples)
  return { groups: read.flatMap((result) => result.groups), problems: read.flatMap((result) => result.problems) }
}

/** Examples say what holds for whoever wrote them: with the layers above theirs, without those below that tighten them. */
function upTo(bundle: PolicyBundle, layers: readonly LayerFiles[], index: number): PolicyBundle {
  const names = layers.slice(0, Math.max(index, 1) + 1).map(({ name }) => name)
  if (names.length === layers.length) return bundle
  return { ...bundle, digest: `${bundle.digest}@${names.length}`, policies: bundle.policies.filter((policy) => names.includes(policy.layer)) }
}
