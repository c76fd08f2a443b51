/**
 * A start script that can destroy the data it is meant to hold: a file system made without looking whether there is one, a device
 * named as it is called nowhere on a Nitro machine, a mount that the next start forgets, or WAL and data on one disk.
 */

import type { AuditFinding, AuditView, TerraformBlock } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { bootstrapOf } from '../shared/database-markers.ts'
import { addressOf, literal, resourcesOf } from '../shared/terraform.ts'

const OLD_DEVICE = /\/dev\/(sd[b-z]|xvd[b-z])\b/
/** Families before Nitro; everything since 2018 is on it. */
const XEN = /^(t1|t2|m[1-4]|c[1134]|r[34]|i[23]|d2|g[23]|p[23]|x1e?|h1|f1)\./

function audit(view: AuditView): AuditFinding[] {
  return resourcesOf(view, 'aws_instance', 'aws_launch_template').flatMap((block) => faultsOf(block).map((fault) => ({ of: block, path: ['user_data'], ...fault })))
}

function faultsOf(block: TerraformBlock): Omit<AuditFinding, 'of' | 'path'>[] {
  const script = bootstrapOf(block.body).split('\n').filter((line) => !/^\s*#/.test(line)).join('\n')
  const type = literal(block.body, 'instance_type')
  const nitro = typeof type !== 'string' || !XEN.test(type)
  const [makes, mounts] = [/\bmkfs(\.\w+)?\b/.test(script), /(^|[\s;&|])mount\s+(?!-a\b)\S/m.test(script)]
  return [
    ...(makes && !/\b(blkid|lsblk|wipefs|file -s)\b/.test(script) ? [{ summary: `${addressOf(block)} makes a file system without looking whether there is one`, advice: 'blkid "$DEVICE" || mkfs.xfs "$DEVICE"', cause: 'mkfs without a look', severity: 1 as const }] : []),
    ...(nitro && (makes || mounts) && OLD_DEVICE.test(script) && !/nvme|by-id/.test(script) ? [{ summary: `${addressOf(block)} names ${OLD_DEVICE.exec(script)?.[0] ?? ''}; on a Nitro machine the disk is called /dev/nvme…n1`, advice: 'Find the disk by its volume id: /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol….', cause: 'a name that the device does not have' }] : []),
    ...(mounts && !/fstab|systemctl enable \S*\.mount/.test(script) ? [{ summary: `${addressOf(block)} mounts a disk that is not mounted after the next start`, advice: 'Write the UUID into /etc/fstab, with nofail.', cause: 'a mount that is forgotten' }] : []),
    ...walOnData(block, script),
  ]
}

/** `initdb --waldir` inside the data directory gains nothing. */
function walOnData(block: TerraformBlock, script: string): Omit<AuditFinding, 'of' | 'path'>[] {
  const data = /(?:initdb|pg_ctl)\b.*?(?:-D|--pgdata)[= ](\S+)/.exec(script)?.[1]
  const wal = /--waldir[= ](\S+)/.exec(script)?.[1]
  const separate = wal !== undefined && data !== undefined && mountOf(script, wal) !== mountOf(script, data)
  if (data === undefined || separate) return []
  return [{ summary: `${addressOf(block)} keeps the write-ahead log and the data on one disk`, advice: 'Give the WAL a disk of its own, and initdb --waldir to it.', cause: 'WAL and data on one disk', severity: 4 }]
}

/** The mount point in the script under which a path lies. */
function mountOf(script: string, path: string): string {
  const points = [...script.matchAll(/(?:^|[\s;&|])mount\s+(?:-\S+\s+)*\S+\s+(\/\S+)/g)].map((match) => match[1] ?? '')
  return points.filter((point) => path.startsWith(point)).toSorted((left, right) => right.length - left.length)[0] ?? '/'
}

export const terraformVolumeBootstrap: AuditRule = {
  id: 'terraform-volume-bootstrap',
  title: 'A start script that can destroy its own data',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['mkfs behind blkid', 'old device names on an old machine type', 'a script that looks the NVMe name up', 'a comment about mkfs'],
  prevention: 'Find disks by id, look before making a file system, mount by UUID.',
  sources: [
    { title: 'Device names on Linux instances', url: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html' },
    { title: 'Make an EBS volume available for use', url: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-using-volumes.html' },
  ],
  reviewBy: '2027-06-30',
}
