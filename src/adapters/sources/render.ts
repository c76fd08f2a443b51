/**
 * Helm charts and Kustomize overlays, rendered by the user's own programs: only they know what their versions make of them.
 *
 * The templates of a chart are no manifests, and the patches of an overlay are halves of some; neither is read as it lies
 * there. Where the program is missing, or would fetch something over the network, that is said and not passed over.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isRecord } from '../../kernel/json.ts'
import { parseYaml } from '../manifests/parse-yaml.ts'
import { sourceOf, type FoundFiles, type NotRead } from './find-files.ts'
import { readManifests } from './read-manifests.ts'
import { runTool, type ToolAnswer } from './run-tool.ts'
import type { FoundFile, SourceFile } from './source-file.ts'

export interface Rendered {
  readonly files: readonly SourceFile[]
  /** Files that were rendered, or are parts that mean nothing alone. */
  readonly covered: ReadonlySet<string>
  readonly notRead: readonly NotRead[]
}

export interface RenderOptions {
  readonly here: string
  /** Passed on as `--values`. */
  readonly helmValues: readonly string[]
}

export async function renderAll(found: FoundFiles, options: RenderOptions): Promise<Rendered> {
  const [files, notRead, covered]: [SourceFile[], NotRead[], Set<string>] = [[], [], new Set()]
  const outermost = found.charts.filter((chart) => !found.charts.some((other) => chart !== other && chart.startsWith(`${other}/charts/`)))
  for (const chart of outermost) {
    const answer = await renderChart(chart, options)
    take(answer, files, notRead)
    for (const { path } of found.files) if (path.startsWith(`${chart}/`) && !standsAlone(path.slice(chart.length + 1), 'file' in answer)) covered.add(path)
  }
  const overlays = await readKustomizations(found.kustomizations)
  for (const overlay of overlays) for (const part of overlay.parts) covered.add(part)
  const roots = overlays.filter((overlay) => !overlays.some((other) => other.resources.includes(overlay.folder)))
  for (const root of roots) {
    const answer = await renderKustomization(root, options)
    take(answer, files, notRead)
    if ('file' in answer) for (const path of resourcesOf(root, overlays)) covered.add(path)
  }
  return { files, covered, notRead }
}

/** What a chart depends on is said in no rendered object; its values are read where nothing renders them. */
function standsAlone(name: string, rendered: boolean): boolean {
  return name === 'Chart.yaml' || (!rendered && /^values([-_.][\w.-]+)?\.ya?ml$/.test(name))
}

type Answer = { readonly file: SourceFile } | { readonly notRead: NotRead }

function take(answer: Answer, files: SourceFile[], notRead: NotRead[]): void {
  if ('file' in answer) files.push(answer.file)
  else notRead.push(answer.notRead)
}

async function renderChart(chart: string, { here, helmValues }: RenderOptions): Promise<Answer> {
  const source = sourceOf(here, chart)
  const values = helmValues.flatMap((file) => ['--values', resolve(here, file)])
  const answer = await runTool('helm', ['template', 'scanned', chart, ...values], chart)
  if (answer.type === 'absent') return { notRead: { source: `${source}/`, why: 'a Helm chart, and there is no helm to render it', hint: 'Install helm (https://helm.sh/docs/intro/install/).' } }
  if (answer.type === 'failed') return { notRead: { source: `${source}/`, why: `helm template failed: ${answer.reason}`, hint: 'Run helm dependency build, or give --helm-values.' } }
  return { file: fromOutput({ path: join(chart, 'Chart.yaml'), source: `${source}/Chart.yaml`, named: false }, answer.text) }
}

function fromOutput(file: FoundFile, text: string): SourceFile {
  return { ...readManifests(file, text), text, unrelated: false }
}

interface Kustomization {
  readonly folder: string
  readonly file: string
  /** Files and folders it builds upon. */
  readonly resources: readonly string[]
  /** Patches, generators and the file itself: never manifests of their own. */
  readonly parts: readonly string[]
  readonly remote: string | undefined
}

async function readKustomizations(folders: readonly string[]): Promise<Kustomization[]> {
  return Promise.all(folders.map(readKustomization))
}

async function readKustomization(folder: string): Promise<Kustomization> {
  const names = await readdir(folder)
  const file = join(folder, ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].find((name) => names.includes(name)) ?? 'kustomization.yaml')
  const parsed = parseYaml(await readFile(file, 'utf8').catch(() => ''))
  const root = parsed.type === 'value' && isRecord(parsed.value) ? parsed.value : {}
  const named = (key: string): string[] => (Array.isArray(root[key]) ? root[key].flatMap((item: unknown) => (typeof item === 'string' ? [item] : isRecord(item) && typeof item['path'] === 'string' ? [item['path']] : [])) : [])
  const builds = [...named('resources'), ...named('bases'), ...named('components'), ...named('crds')]
  const parts = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'transformers', 'generators', 'replacements', 'configurations'].flatMap(named)
  const local = (path: string): string => resolve(folder, path)
  return { folder, file, resources: builds.filter((path) => !isRemote(path)).map(local), parts: [file, ...parts.filter((path) => !path.includes('\n')).map(local)], remote: builds.find(isRemote) }
}

function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/|^(git@|github\.com[/:]|git::)|\?ref=/i.test(path)
}

async function renderKustomization(root: Kustomization, { here }: RenderOptions): Promise<Answer> {
  const source = `${sourceOf(here, root.folder)}/`
  if (root.remote !== undefined) return { notRead: { source, why: `a Kustomize overlay that would fetch ${root.remote}; its own files are read as they are`, hint: 'Build it where that is allowed, and scan the output.' } }
  const answer = await firstPresent([['kustomize', ['build', root.folder]], ['kubectl', ['kustomize', root.folder]]], root.folder)
  if (answer.type === 'absent') return { notRead: { source, why: 'a Kustomize overlay, and there is no kustomize to build it; its resources are read as they are, without its patches', hint: 'Install kustomize or kubectl.' } }
  if (answer.type === 'failed') return { notRead: { source, why: `kustomize build failed: ${answer.reason}` } }
  return { file: fromOutput({ path: root.file, source: sourceOf(here, root.file), named: false }, answer.text) }
}

async function firstPresent(tools: readonly (readonly [string, readonly string[]])[], folder: string): Promise<ToolAnswer> {
  for (const [program, args] of tools) {
    const answer = await runTool(program, args, folder)
    if (answer.type !== 'absent') return answer
  }
  return { type: 'absent' }
}

/** What went into a build, from overlay to base. */
function resourcesOf(root: Kustomization, all: readonly Kustomization[]): string[] {
  return root.resources.flatMap((path) => {
    const base = all.find((other) => other.folder === path)
    return base === undefined || base === root ? [path] : resourcesOf(base, all)
  })
}

