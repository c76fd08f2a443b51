import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { terraformVolumeBootstrap } from './terraform-volume-bootstrap.ts'

const causes = (script: string, type = 'r6i.2xlarge') => findingsOf(terraformVolumeBootstrap, { terraform: [{ type: 'terraform', file: 'f', block: 'resource', labels: ['aws_instance', 'm'], body: { instance_type: type, user_data: script } }] }).map(({ cause }) => cause)

test.each([
  { name: 'everything at once', script: '#!/bin/bash\nmkfs.xfs /dev/sdf\nmount /dev/sdf /data', want: ['mkfs without a look', 'a name that the device does not have', 'a mount that is forgotten'] },
  { name: 'WAL beside the data', script: 'mount UUID=1 /data\necho x >> /etc/fstab\ninitdb -D /data/pg --waldir=/data/wal', want: ['WAL and data on one disk'] },
  { name: 'no WAL directory', script: 'initdb -D /data/pg', want: ['WAL and data on one disk'] },
  { name: 'good', script: 'D=$(readlink -f /dev/disk/by-id/nvme-x)\nblkid "$D" || mkfs.xfs "$D"\necho "UUID=1 /data xfs nofail 0 2" >> /etc/fstab\nmount -a', want: [] },
  { name: 'good: WAL on its own disk', script: 'mount UUID=1 /data\nmount UUID=2 /wal\ncat fstab\ninitdb -D /data/pg --waldir=/wal/pg', want: [] },
  { name: 'look-alike: a comment', script: '# mkfs.xfs /dev/sdf would destroy it\necho', want: [] },
  { name: 'look-alike: an old machine', script: 'blkid /dev/xvdf || mkfs.xfs /dev/xvdf\ngrep fstab', type: 'm4.large', want: [] },
])('$name', ({ script, type, want }) => expect(causes(script, type)).toEqual(want))
