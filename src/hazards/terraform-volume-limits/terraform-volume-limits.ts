/** A disk asked for more than its kind can give: the plan passes, and the apply fails after everything before it has been made. */

import type { AuditFinding, AuditView, TerraformBlock, TerraformBody } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, literal, nested, resourcesOf } from '../shared/terraform.ts'

/** Limits as AWS publishes them (EBS volume types, read 2026-08); a change of them is a change of this table. */
const LIMITS: Readonly<Record<string, { readonly iopsPerGib: number; readonly iopsMax: number; readonly freeIops: number; readonly throughputMax?: number; readonly throughputPerIops?: number }>> = {
  gp3: { iopsPerGib: 500, iopsMax: 80_000, freeIops: 3000, throughputMax: 2000, throughputPerIops: 0.25 },
  io1: { iopsPerGib: 50, iopsMax: 64_000, freeIops: 100 },
  io2: { iopsPerGib: 1000, iopsMax: 256_000, freeIops: 100 },
}

function audit(view: AuditView): AuditFinding[] {
  const volumes = resourcesOf(view, 'aws_ebs_volume').flatMap((block) => faultsOf(block, block.body, [], literal(block.body, 'size'), literal(block.body, 'type')))
  const disks = resourcesOf(view, 'aws_instance').flatMap((block) => ['root_block_device', 'ebs_block_device'].flatMap((name) => nested(block.body, name)).flatMap(({ body, path }) => faultsOf(block, body, path, literal(body, 'volume_size'), literal(body, 'volume_type'))))
  return [...volumes, ...disks]
}

// oxlint-disable-next-line max-params -- the five things that a disk is
function faultsOf(block: TerraformBlock, body: TerraformBody, path: readonly (string | number)[], size: unknown, type: unknown): AuditFinding[] {
  const limits = typeof type === 'string' ? LIMITS[type] : undefined
  const [iops, throughput] = [literal(body, 'iops'), literal(body, 'throughput')]
  if (limits === undefined) return []
  const found: AuditFinding[] = []
  const most = typeof size === 'number' ? Math.max(limits.freeIops, Math.min(limits.iopsMax, size * limits.iopsPerGib)) : limits.iopsMax
  if (typeof iops === 'number' && iops > most) found.push({ of: block, path: [...path, 'iops'], summary: `a ${String(type)} disk of ${addressOf(block)} asks for ${iops} IOPS; ${typeof size === 'number' ? `of ${size} GiB it gives` : 'it gives'} at most ${most}`, advice: `iops = ${most}, or a larger disk.` })
  const fastest = limits.throughputPerIops === undefined ? undefined : Math.min(limits.throughputMax ?? Infinity, (typeof iops === 'number' ? iops : limits.freeIops) * limits.throughputPerIops)
  if (fastest !== undefined && typeof throughput === 'number' && throughput > fastest) found.push({ of: block, path: [...path, 'throughput'], summary: `a ${String(type)} disk of ${addressOf(block)} asks for ${throughput} MiB/s; with its IOPS it gives at most ${fastest}`, advice: 'Raise iops with it: four for each MiB/s.' })
  return found
}

export const terraformVolumeLimits: AuditRule = {
  id: 'terraform-volume-limits',
  title: 'A disk asked for more than it can give',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['values from variables', 'a kind of disk whose speed follows its size (gp2)'],
  prevention: 'Size, IOPS and throughput from one module that knows their ratios.',
  sources: [{ title: 'Amazon EBS volume types', url: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html' }],
  reviewBy: '2027-03-31',
}
