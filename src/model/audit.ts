/**
 * The static face of what we know: findings in files, before anything runs.
 *
 * What is scanned is a set: Kubernetes objects (read with the questions of a `View`), and beside them Dockerfiles,
 * Terraform, MCP configuration and the settings of coding agents. A rule answers with the very object it looked at and the
 * path of the field; where that lies in a file is looked up afterwards, and only for what was found.
 */

import type { KubeObject } from './kube-object.ts'
import type { Severity } from './severity.ts'
import type { View } from './view.ts'

/** `['spec', 'containers', 0, 'image']`. */
export type FieldPath = readonly (string | number)[]

/** One field, in one object or file, that is not as it should be. */
export interface AuditFinding {
  /** What was looked at. The reader of the files knows where it came from. */
  readonly of: KubeObject | OtherSource
  readonly path: FieldPath
  /** One sentence with the names in it. */
  readonly summary: string
  /** What to write instead, in this place. */
  readonly advice: string
  /** What many findings of the rule have in common, such as one base image; they are told as one group. Default: the rule. */
  readonly cause?: string
  /** Where it depends on the place or the date; default: the card's. */
  readonly severity?: Severity
}

/** What a scan reads beside Kubernetes objects. */
export type OtherSource = Dockerfile | TerraformBlock | ToolServer | AgentSettings | Pipeline | ChartValues | PartsList

export interface AuditView {
  readonly cluster: View
  readonly dockerfiles: readonly Dockerfile[]
  readonly terraform: readonly TerraformBlock[]
  readonly toolServers: readonly ToolServer[]
  readonly agents: readonly AgentSettings[]
  readonly pipelines: readonly Pipeline[]
  readonly chartValues: readonly ChartValues[]
  readonly partsLists: readonly PartsList[]
  readonly site: ScanSite
  /** All of a cluster was read, so that what is not in the set does not exist. A folder of manifests is a part of one. */
  readonly complete: boolean
  /** The day for which dated facts are judged. */
  readonly nowMs: number
}

export interface Dockerfile {
  readonly type: 'dockerfile'
  readonly file: string
  readonly stages: readonly DockerStage[]
  /** All of them, in order. The path of an instruction is its index here. */
  readonly instructions: readonly DockerInstruction[]
}

export interface DockerStage {
  readonly index: number
  readonly name?: string
  /** As written, with defaults of build arguments filled in. */
  readonly image: string
  /** The earlier stage this one starts from. */
  readonly parent?: number
  /** Its files get into the image that is built: it is the last, or the last needs it. */
  readonly reachesFinal: boolean
  readonly instructions: readonly DockerInstruction[]
}

export interface DockerInstruction {
  readonly index: number
  /** In capitals: `RUN`. */
  readonly keyword: string
  /** What follows keyword and flags, continuation lines joined, here-documents included. */
  readonly text: string
  /** `--from=build` as `from: 'build'`; a flag without a value as the empty text. */
  readonly flags: Readonly<Record<string, string>>
  /** Words of the JSON form, where it is used. */
  readonly words?: readonly string[]
}

/** A block of HCL: `resource "aws_instance" "db" { … }`. */
export interface TerraformBlock {
  readonly type: 'terraform'
  readonly file: string
  /** `resource`, `module`, `data`, `provider`, `terraform`. */
  readonly block: string
  readonly labels: readonly string[]
  readonly body: TerraformBody
}

/** Attributes by name; nested blocks as a list under their type. */
export interface TerraformBody {
  readonly [name: string]: TerraformValue | readonly TerraformBody[]
}

/** A literal, or the text of an expression that only Terraform can evaluate. */
export type TerraformValue = string | number | boolean | null | TerraformExpression | readonly TerraformValue[] | { readonly [key: string]: TerraformValue }

export interface TerraformExpression {
  readonly expression: string
}

/** One MCP server that a client's configuration names. */
export interface ToolServer {
  readonly type: 'tool-server'
  readonly file: string
  readonly name: string
  readonly command?: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly url?: string
  readonly headers: Readonly<Record<string, string>>
  /** `stdio`, `sse`, `http`, `streamable-http`: where the file says so. */
  readonly transport?: string
  /** Tools that run without being asked about; `*` for all. */
  readonly autoApproved: readonly string[]
  /** Definitions of tools that the file itself carries. */
  readonly tools: readonly unknown[]
  /** The entry as it stands. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** What a coding agent may do by itself, in whichever product's words. */
export interface AgentSettings {
  readonly type: 'agent-settings'
  readonly file: string
  readonly product: string
  readonly rules: readonly AgentRule[]
  /** It acts without asking: the product's own word for that mode. */
  readonly unattended?: { readonly mode: string; readonly path: FieldPath }
  /** Programs that are run before a tool is used, and may refuse it. */
  readonly gates: readonly { readonly event: string; readonly command: string; readonly path: FieldPath }[]
  /** A sandbox, where the product has a setting for it. */
  readonly sandboxed?: boolean
  readonly raw: Readonly<Record<string, unknown>>
}

/** The definition of a build: a GitHub workflow, a `.gitlab-ci.yml`. */
export interface Pipeline {
  readonly type: 'pipeline'
  readonly file: string
  readonly product: 'GitHub Actions' | 'GitLab CI'
  /** The document as it stands. */
  readonly raw: Readonly<Record<string, unknown>>
}

export interface AgentRule {
  readonly effect: 'allow' | 'deny' | 'ask'
  readonly pattern: string
  readonly path: FieldPath
}

/** `values.yaml` of a chart, or the `Chart.yaml` with what it depends on: what is said before anything is rendered. */
export interface ChartValues {
  readonly type: 'chart-values'
  readonly file: string
  /** The document as it stands. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** A software bill of materials: what an image or program is made of (CycloneDX, SPDX). */
export interface PartsList {
  readonly type: 'parts-list'
  readonly file: string
  /** What it is the list of, where it says so. */
  readonly about: string
  readonly parts: readonly { readonly purl: string; readonly path: FieldPath }[]
}

/** What a site has decided for itself and no file can show. Empty lists judge nothing. */
export interface ScanSite {
  /** Registries and paths in them from which images may come: `registry.example`, `ghcr.io/acme`; docker.io written out. */
  readonly registries: readonly string[]
  /** Where the images of a registry are mirrored, by registry. */
  readonly mirrors: Readonly<Record<string, string>>
  /** Images that builds may start from, in the same form. */
  readonly baseImages: readonly string[]
  /** Runtime classes of which workloads with this class of data must name one. */
  readonly runtimeClasses: Readonly<Record<string, readonly string[]>>
  /** Tiers whose Services must roll out step by step. */
  readonly progressiveTiers: readonly string[]
  /** Tier and class of data of a workload, in the words of the settings. */
  factsOf(object: KubeObject, view: View): { readonly tier?: string; readonly dataClass?: string }
}

/** A site that has decided nothing. */
export const NO_SITE: ScanSite = { registries: [], mirrors: {}, baseImages: [], runtimeClasses: {}, progressiveTiers: [], factsOf: () => ({}) }
