/**
 * The world of a simulated cluster: what the API does not hold. Which images exist and what their processes do,
 * which pools make new nodes. The twin's kubelet asks it; the fake nodes of the real control plane ask the same
 * file; a rehearsal infers one from what was observed, and never sees the one a story was written with.
 */

import { z } from 'zod'

/** An exit that happens under a condition; the first that applies wins. All conditions given must hold. */
const exitSchema = z.object({
  code: z.int().min(0).max(255),
  afterSeconds: z.number().nonnegative().default(1),
  log: z.string().default(''),
  /** Only when this environment variable is absent or empty. */
  whenEnvMissing: z.string().exactOptional(),
  /** Only when this environment variable has this value. */
  whenEnvEquals: z.object({ name: z.string(), value: z.string() }).exactOptional(),
  /** Only when no ready endpoint serves this Service (`name` or `name.namespace`). */
  whenServiceDown: z.string().exactOptional(),
  /** Only for a container started with exactly this set-up: the digest that the twin's kubelet makes of command, arguments, environment and mounted configuration. Rehearsals write it; a person need not. */
  whenSetup: z.string().exactOptional(),
})

const imageSchema = z.object({
  /** As written in `container.image`. */
  image: z.string(),
  exists: z.boolean().default(true),
  pullSeconds: z.number().nonnegative().default(1),
  /** Until the process answers its ports. */
  startSeconds: z.number().nonnegative().default(1),
  /** Peak working set as a quantity. A container limit below it ends in OOMKilled (137). */
  memory: z.string().exactOptional(),
  /** When the peak is reached, after the process started. */
  memoryAfterSeconds: z.number().nonnegative().default(2),
  /** What the process writes in the end into its container's layer and its log, as a quantity. Absent: nobody knows. */
  disk: z.string().exactOptional(),
  /** What it writes into volumes of the pod that are emptyDirs, by the volume's name, as quantities. */
  emptyDirs: z.record(z.string(), z.string()).exactOptional(),
  /** From its start until all of that is written, evenly; a minute where nothing is said. */
  diskAfterSeconds: z.number().nonnegative().exactOptional(),
  /** Of the image itself, where a node does not list it. */
  size: z.string().exactOptional(),
  /** What answers probes. Absent: every probe is answered well once started. */
  serves: z.array(z.object({ port: z.int(), paths: z.array(z.string()).exactOptional() })).exactOptional(),
  /** Digests of probe handlers that fail whatever the process does: commands and gRPC checks, which ports and paths do not describe. Rehearsals write it. */
  failingProbes: z.array(z.string()).default([]),
  /** Where none applies, a container that is restarted always runs for ever, and any other ends well by itself. */
  exits: z.array(exitSchema).default([]),
  /** How long containers take that end by themselves, by name. Absent: two seconds. */
  tasks: z.array(z.object({ container: z.string(), seconds: z.number().nonnegative() })).exactOptional(),
  /** Printed at each start. */
  log: z.string().default(''),
  /** How long the process takes to end after SIGTERM. */
  stopSeconds: z.number().nonnegative().default(1),
})

const poolSchema = z.object({
  name: z.string(),
  /** Nodes with these labels are the pool's. */
  matchLabels: z.record(z.string(), z.string()),
  size: z.int().nonnegative(),
  /** From the loss of a node to a Ready replacement. */
  provisionSeconds: z.number().nonnegative().default(60),
  capacity: z.record(z.string(), z.string()),
})

const kubeletSchema = z.object({
  /** crashLoopBackOff of the kubelets' configuration; absent: the release's own. */
  restartBackoffInitialSeconds: z.number().positive().exactOptional(),
  restartBackoffMaxSeconds: z.number().positive().exactOptional(),
  /** evictionHard memory.available, as a quantity or a share of the capacity. */
  evictionMemory: z.string().default('100Mi'),
  /** evictionHard nodefs.available, imagefs.available, both inodesFree and pid.available, as quantities or shares of the capacity. */
  evictionNodefs: z.string().default('10%'),
  evictionImagefs: z.string().default('15%'),
  evictionInodes: z.string().default('5%'),
  evictionPids: z.string().exactOptional(),
  /** What runs beside the pods, by node, as a quantity. */
  systemMemory: z.record(z.string(), z.string()).default({}),
})

const diskSchema = z.object({
  /** Absent: what the node reports as its ephemeral storage. */
  capacity: z.string().exactOptional(),
  /** What lies there beside images and pods, as a quantity. */
  used: z.string().default('0'),
})

/** Conditions that something outside sets on pods whose containers are ready. */
const gateSchema = z.object({ conditionType: z.string(), afterSeconds: z.number().nonnegative().default(1) })

const volumesSchema = z.object({
  /** From the wish to attach a volume to a node until it is attached. */
  attachSeconds: z.number().nonnegative().default(5),
  /** From the wish to detach it until another node may have it, the kubelet's report that it is unmounted included. */
  detachSeconds: z.number().nonnegative().default(10),
  /** False where the controller manager runs with --disable-force-detach-on-timeout. */
  forcedDetach: z.boolean().default(true),
})

const metricLoadSchema = z.object({
  /** As the autoscaler's metric says: `cpu`, `memory`, or the name of a metric. */
  name: z.string(),
  source: z.enum(['Resource', 'ContainerResource', 'Pods', 'Object', 'External']).default('Resource'),
  /** Of a ContainerResource. */
  container: z.string().exactOptional(),
  /** A quantity. Of all pods together, or of each pod where it is not shared; of Object and External metrics the value. */
  amount: z.union([z.string(), z.number()]).transform(String),
  /** Shared evenly by the ready pods, however many there are: twice the pods, half of it for each. */
  shared: z.boolean().default(true),
})

/** What a scaled workload has to bear, in the terms that its autoscaler measures. */
const loadSchema = z.object({
  /** Of the workload, as in `scaleTargetRef`. */
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  metrics: z.array(metricLoadSchema),
})

export const worldSchema = z.object({
  /** What an image that is not listed does: `run` starts and answers; `missing` cannot be pulled. */
  unlistedImages: z.enum(['run', 'missing']).default('run'),
  images: z.array(imageSchema).default([]),
  /** How long an image that is not listed takes to be pulled. */
  unlistedPullSeconds: z.number().nonnegative().default(1),
  pools: z.array(poolSchema).default([]),
  /** By node. */
  disks: z.record(z.string(), diskSchema).default({}),
  volumes: volumesSchema.prefault({}),
  kubelet: kubeletSchema.prefault({}),
  readinessGates: z.array(gateSchema).default([]),
  /** Workloads that are not here have no metrics: their autoscalers cannot read any, and say so. */
  loads: z.array(loadSchema).default([]),
})

export type World = z.infer<typeof worldSchema>
export type ImageBehaviour = World['images'][number]
export type Load = World['loads'][number]
export type NodePool = World['pools'][number]

export function parseWorld(value: unknown): World {
  return worldSchema.parse(value)
}
