/** Things to audit from the text that people write, read by the readers of the scan. */

import { readText } from '../../adapters/sources/read-file.ts'
import type { Dockerfile, OtherSource, TerraformBlock, ToolServer } from '../../model/audit.ts'
import type { AuditRule, Hazard } from '../../model/hazard.ts'
import { findingsOf, type AuditParts } from './audit.ts'

async function othersIn(source: string, text: string): Promise<readonly OtherSource[]> {
  const read = await readText({ path: source, source, named: true }, text)
  if (read.problems.length > 0) throw new Error(`${source}: ${JSON.stringify(read.problems)}`)
  return read.others.map(({ value }) => value)
}

/** What a rule says of a Dockerfile: the index of the instruction, and the cause. */
export async function inDockerfile(rule: AuditRule | Hazard, text: string, parts: AuditParts = {}): Promise<string[]> {
  const dockerfiles = (await othersIn('Dockerfile', text)).filter((other) => other.type === 'dockerfile')
  return findingsOf(rule, { ...parts, dockerfiles }).map(({ of, path }) => {
    const instruction = (of as Dockerfile).instructions[Number(path[0])]
    return `${path.join('.')} ${instruction?.keyword ?? ''}`
  })
}

/** `aws_instance.db user_data`. */
export async function inTerraform(rule: AuditRule | Hazard, text: string, parts: AuditParts = {}): Promise<string[]> {
  const terraform = (await othersIn('main.tf', text)).filter((other) => other.type === 'terraform')
  return findingsOf(rule, { ...parts, terraform }).map(({ of, path }) => `${(of as TerraformBlock).labels.join('.')} ${path.join('.')}`.trim())
}

/** `db env.DB_PASSWORD`, of the entries of a client's configuration. */
export async function inClient(rule: AuditRule | Hazard, servers: object, parts: AuditParts = {}): Promise<string[]> {
  const toolServers = (await othersIn('mcp.json', JSON.stringify({ mcpServers: servers }))).filter((other) => other.type === 'tool-server')
  return findingsOf(rule, { ...parts, toolServers }).map(({ of, path }) => `${(of as ToolServer).name} ${path.join('.')}`.trim())
}

/** `permissions.allow.0`. */
export async function inSettings(rule: AuditRule | Hazard, source: string, settings: object | string): Promise<string[]> {
  const agents = (await othersIn(source, typeof settings === 'string' ? settings : JSON.stringify(settings))).filter((other) => other.type === 'agent-settings')
  return findingsOf(rule, { agents }).map(({ path }) => path.join('.'))
}

/** `jobs.build.steps.0.uses`, of a GitHub workflow. */
export async function inWorkflow(rule: AuditRule | Hazard, text: string): Promise<string[]> {
  const pipelines = (await othersIn('.github/workflows/ci.yml', text)).filter((other) => other.type === 'pipeline')
  return findingsOf(rule, { pipelines }).map(({ path }) => path.join('.'))
}

/** `image.repository`, of a values file. */
export async function inValues(rule: AuditRule | Hazard, text: string, parts: AuditParts = {}): Promise<string[]> {
  const chartValues = (await othersIn('chart/values.yaml', text)).filter((other) => other.type === 'chart-values')
  return findingsOf(rule, { ...parts, chartValues }).map(({ path }) => path.join('.'))
}

/** `components.0`, of a bill of materials. */
export async function inPartsList(rule: AuditRule | Hazard, list: object): Promise<string[]> {
  const partsLists = (await othersIn('bom.json', JSON.stringify(list))).filter((other) => other.type === 'parts-list')
  return findingsOf(rule, { partsLists }).map(({ path }) => path.join('.'))
}
