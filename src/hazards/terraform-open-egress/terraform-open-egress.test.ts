import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformOpenEgress } from './terraform-open-egress.ts'

const group = (rule: string) => `resource "aws_security_group" "g" {\n egress {\n  ${rule}\n }\n}`

test.each([
  { name: 'everything', text: group('from_port = 0\n to_port = 0\n protocol = "-1"\n cidr_blocks = ["0.0.0.0/0"]'), want: ['aws_security_group.g egress.0'] },
  { name: 'a rule of its own', text: 'resource "aws_vpc_security_group_egress_rule" "r" {\n ip_protocol = "-1"\n cidr_ipv4 = "0.0.0.0/0"\n}', want: ['aws_vpc_security_group_egress_rule.r'] },
  { name: 'good: one port', text: group('from_port = 443\n to_port = 443\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]'), want: [] },
  { name: 'look-alike: to a group', text: group('protocol = "-1"\n security_groups = [aws_security_group.x.id]'), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformOpenEgress, text)).toEqual(want))
