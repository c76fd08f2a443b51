/**
 * Loads a directory of policies: `schema.cedarschema`, `*.cedar`, and the examples in `tests/*.yaml`. All of it is
 * checked, or none of it is used; whoever holds an earlier bundle keeps it.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { digestOf, digestOfJson } from '../kernel/canonical-json.ts'
import { isFault } from '../kernel/fault.ts'
import { checkTogether, readPolicies, type PolicyFile } from './check-policies.ts'
import { baseFileSchema, exampleFileSchema, type BaseRequest } from './fact-schema.ts'
import type { PolicyBundle } from './policy-bundle.ts'
import { policyFault } from './policy-fault.ts'
import { runExamples, type ExampleGroup } from './run-examples.ts'

/** All files together. A person can read some hundred rules; a megabyte of them is an accident. */
const BUNDLE_BYTES_MAX = 262_144

const BASE_FILE = 'tests/base.yaml'

/** Throws fault `invalid` that names file, policy and line, and says what to do. */
export function loadPolicies(directory: string): PolicyBundle {
  const files = readFiles(directory)
  const bundle = checkedBundle(files)
  runExamples(bundle, readBase(files), readExamples(files))
  return bundle
}

/** Schema and policies without their examples: for a bundle in the making. */
export function checkedBundle(files: readonly PolicyFile[]): PolicyBundle {
  const schema = files.find((file) => file.name === 'schema.cedarschema')
  if (schema === undefined) throw policyFault({ file: 'schema.cedarschema', message: 'the schema is missing', hint: 'Put schema.cedarschema beside the policies.' })
  const policies = files.filter((file) => file.name.endsWith('.cedar')).flatMap(readPolicies)
  if (policies.length === 0) throw policyFault({ file: '*.cedar', message: 'there are no policies', hint: 'Without policies nothing is permitted; check the path of the directory.' })
  checkTogether(policies, schema.text)
  const digests = files.map((file) => [file.name, digestOf(file.text)])
  return { kind: 'policy-bundle', digest: digestOfJson({ mode: 'enforce', files: digests }), schema: schema.text, policies }
}

function readFiles(directory: string): PolicyFile[] {
  try {
    const top = readdirSync(directory).filter((name) => name.endsWith('.cedar') || name === 'schema.cedarschema')
    const tests = readdirSync(join(directory, 'tests')).filter((name) => name.endsWith('.yaml'))
    const names = [...top, ...tests.map((name) => `tests/${name}`)].sort()
    const files = names.map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }))
    const bytes = files.reduce((sum, file) => sum + Buffer.byteLength(file.text), 0)
    if (bytes <= BUNDLE_BYTES_MAX) return files
    throw policyFault({ file: directory, message: `the policies are ${bytes} bytes, the limit is ${BUNDLE_BYTES_MAX}`, hint: 'Remove what is not a policy or an example.' })
  } catch (error) {
    if (isFault(error)) throw error
    throw policyFault({ file: directory, message: error instanceof Error ? error.message : String(error), hint: 'Point it to a directory with *.cedar, schema.cedarschema and tests/*.yaml.' })
  }
}

function readBase(files: readonly PolicyFile[]): BaseRequest {
  const file = files.find(({ name }) => name === BASE_FILE)
  if (file === undefined) throw policyFault({ file: BASE_FILE, message: 'the base request is missing', hint: 'Examples change this request; put it back.' })
  return readYaml(file, baseFileSchema).base
}

function readExamples(files: readonly PolicyFile[]): ExampleGroup[] {
  const tests = files.filter(({ name }) => name.startsWith('tests/') && name !== BASE_FILE)
  return tests.flatMap((file) => readYaml(file, exampleFileSchema).map((group) => ({ file: file.name, ...group })))
}

function readYaml<T>(file: PolicyFile, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parse(file.text))
  } catch (error) {
    throw policyFault({ file: file.name, message: error instanceof Error ? error.message : String(error), hint: 'Correct the file; tests/base.yaml shows the members there are.' })
  }
}
