import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformVolumeLimits } from './terraform-volume-limits.ts'

const volume = (type: string, size: number | string, more: string) => `resource "aws_ebs_volume" "v" {\n type = "${type}"\n size = ${size}\n ${more}\n}`

test.each([
  { name: 'more than its size gives', text: volume('gp3', 10, 'iops = 12000'), want: ['aws_ebs_volume.v iops'] },
  { name: 'more than the kind gives', text: volume('io1', 'var.size', 'iops = 100000'), want: ['aws_ebs_volume.v iops'] },
  { name: 'throughput without the IOPS for it', text: volume('gp3', 500, 'iops = 3000\n throughput = 1000'), want: ['aws_ebs_volume.v throughput'] },
  { name: 'good: data and WAL of a database', text: `${volume('gp3', 500, 'iops = 12000\n throughput = 500')}\n${volume('io2', 100, 'iops = 5000')}`, want: [] },
  { name: 'look-alike: speed by size', text: volume('gp2', 10, ''), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformVolumeLimits, text)).toEqual(want))
