/** YAML: Kubernetes objects, one document at a time, and whatever else is written in YAML and holds none. */

import { isRecord } from '../../kernel/json.ts'
import type { ChartValues, Pipeline } from '../../model/audit.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { withoutNulls } from '../manifests/merge-objects.ts'
import { readDocuments, type ReadDocument } from '../manifests/read-documents.ts'
import { openLists, toObject } from '../manifests/read-objects.ts'
import { readAgentSettings } from './read-agent-settings.ts'
import { readToolServers } from './read-tool-servers.ts'
import type { FileProblem, FoundFile, Placed, SourceFile } from './source-file.ts'

export function readManifests(file: FoundFile, text: string): SourceFile {
  const documents = readDocuments({ source: file.source, text, json: false }).filter((document) => !isForeign(file, text, document))
  const template = documents.some(({ type }) => type === 'problem') ? templateLine(text) : undefined
  if (template !== undefined) return { ...fromDocuments(file, documents.filter(({ type }) => type === 'value')), notRead: { why: `a template that something else renders (line ${template})`, hint: 'Scan what it renders.' } }
  const servers = documents.flatMap((document) => (document.type === 'value' && isRecord(document.value) && document.value['kind'] === undefined ? [...readToolServers(file.source, document.value), ...readAgentSettings(file.source, document.value)].map(({ value, path }) => ({ value, path, document: document.index, line: document.line })) : []))
  if (servers.length > 0) return { ...fromDocuments({ ...file, named: false }, documents), others: servers, unrelated: false }
  const product = pipelineOf(file.source)
  const values = CHART_FILE.test(file.source) ? chartValues(file, documents) : []
  if (values.length > 0) return { ...fromDocuments({ ...file, named: false }, documents), others: values, unrelated: false }
  return product === undefined ? fromDocuments(file, documents) : { ...fromDocuments({ ...file, named: false }, documents), ...pipelines(file, product, documents) }
}

/** By the names that Helm gives them, and that people give their own beside it. */
const CHART_FILE = /(^|\/)(Chart\.yaml|values([-_.][\w.-]+)?\.ya?ml|[\w-]+[-_.]values\.ya?ml)$/

/** The values of a chart, and what a chart depends on; a manifest that only has such a name is none. */
function chartValues(file: FoundFile, documents: readonly ReadDocument[]): Placed<ChartValues>[] {
  return documents.flatMap((document) => {
    if (document.type !== 'value' || !isRecord(document.value)) return []
    const raw = document.value
    const own = file.source.endsWith('Chart.yaml') ? Array.isArray(raw['dependencies']) : raw['apiVersion'] === undefined || raw['kind'] === undefined
    return own ? [{ value: { type: 'chart-values', file: file.source, raw } as const, document: document.index, line: document.line, path: [] }] : []
  })
}

/** Tags of another tool (CloudFormation, GitLab) in a file that holds no object: valid there, and none of ours. */
function isForeign({ named }: FoundFile, text: string, document: ReadDocument): boolean {
  return !named && document.type === 'problem' && /unknown (scalar|sequence|mapping) tag/.test(document.message) && !/^\s*["']?(apiVersion|kind)["']?\s*:/m.test(text)
}

/** The first line with an action of Go templates or Jinja where YAML has none: outside of quotes, at the start of a line or of a value. */
function templateLine(text: string): number | undefined {
  const line = text.split('\n').findIndex((one) => /^[^"'#|>]*(\{\{|\{%)/.test(one) && !/^[^"'#]*\{\{[^}]*$/.test(one))
  return line < 0 ? undefined : line + 1
}

/** Builds are told by the place where their server looks for them. */
function pipelineOf(source: string): Pipeline['product'] | undefined {
  if (/(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(source)) return 'GitHub Actions'
  return /(^|\/)\.gitlab-ci\.ya?ml$/.test(source) ? 'GitLab CI' : undefined
}

function pipelines(file: FoundFile, product: Pipeline['product'], documents: readonly ReadDocument[]): Pick<SourceFile, 'others' | 'unrelated'> {
  const others = documents.flatMap((document) => (document.type === 'value' && isRecord(document.value) ? [{ value: { type: 'pipeline', file: file.source, product, raw: document.value } as const, document: document.index, line: document.line, path: [] }] : []))
  return { others, unrelated: false }
}

/** A file whose documents are none of Kubernetes' is left alone, unless the user named it or a part of it is broken. */
export function fromDocuments(file: FoundFile, documents: readonly ReadDocument[], syntax: SourceFile['syntax'] = 'yaml'): SourceFile {
  const objects: Placed<KubeObject>[] = []
  const problems: FileProblem[] = []
  for (const document of documents) {
    if (document.type === 'problem') problems.push({ document: document.index, line: document.line, message: document.message.replace(/^document \d+, line \d+(, )?(: )?/, '') })
    else readOne(document, objects, problems, file.named)
  }
  return { path: file.path, source: file.source, syntax, objects, others: [], problems, unrelated: objects.length === 0 && problems.length === 0 }
}

function readOne(document: Extract<ReadDocument, { readonly type: 'value' }>, objects: Placed<KubeObject>[], problems: FileProblem[], named: boolean): void {
  for (const [value, at] of openLists(document.value, [])) {
    if (!named && !looksLikeObject(value)) continue
    const answer = toObject(value)
    const place = { document: document.index, line: document.line }
    if ('problem' in answer) problems.push({ ...place, message: `${at.length === 0 ? '' : `${at.join('.')}: `}${answer.problem}` })
    else objects.push({ ...place, path: at, value: compact(answer.object) })
  }
}

/**
 * What a parser cut out of a text holds on to the whole text, and its maps take three times the room of those that JSON makes. A scan
 * keeps every object until its end, so that each is copied once.
 */
function compact(object: KubeObject): KubeObject {
  return JSON.parse(JSON.stringify(withoutNulls(object))) as KubeObject
}

/** Half of an object is a broken one; a file with neither half is something else. */
function looksLikeObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && (typeof value['apiVersion'] === 'string' || (typeof value['kind'] === 'string' && value['metadata'] !== undefined)) && !isToolFile(value)
}

/** Configuration of tools that borrows the two words and is never sent to a cluster. */
function isToolFile(value: Readonly<Record<string, unknown>>): boolean {
  const isChart = typeof value['apiVersion'] === 'string' && /^v\d$/.test(value['apiVersion']) && value['kind'] === undefined && typeof value['version'] === 'string'
  return isChart || isPassing(value) || /^(kustomize\.config\.k8s\.io\/|kind\.x-k8s\.io|skaffold|k3d\.io|kubeadm\.k8s\.io|audit\.k8s\.io|client\.authentication\.k8s\.io)/.test(String(value['apiVersion'])) || (value['apiVersion'] === 'v1' && value['kind'] === 'Config')
}

/** Configuration of a component, or a request and its answer: typed like an object, without a name, and never stored. */
function isPassing(value: Readonly<Record<string, unknown>>): boolean {
  const named = isRecord(value['metadata']) && (value['metadata']['name'] !== undefined || value['metadata']['generateName'] !== undefined)
  return !named && (/(Configuration|Config|Options|Review)$|^(Policy|Status|APIGroup|APIVersions|SerializedReference|Eviction|Binding|Table|WatchEvent)$/.test(String(value['kind'])) && !/^(v1|apps\/|batch\/|policy\/|networking\.k8s\.io\/|admissionregistration\.k8s\.io\/|autoscaling\/)/.test(String(value['apiVersion'])) || /^(\w+Options|Status|APIGroup|APIVersions|SerializedReference)$/.test(String(value['kind'])))
}
