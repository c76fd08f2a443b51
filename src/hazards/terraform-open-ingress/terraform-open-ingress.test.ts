import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformOpenIngress } from './terraform-open-ingress.ts'

const group = (ingress: string) => `resource "aws_security_group" "g" {\n ingress {\n${ingress}\n }\n}`

test.each([
  { name: 'SSH', text: group('from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]'), want: ['aws_security_group.g ingress.0'] },
  { name: 'everything', text: group('from_port = 0\n to_port = 0\n protocol = "-1"\n ipv6_cidr_blocks = ["::/0"]'), want: ['aws_security_group.g ingress.0'] },
  { name: 'a range that holds one', text: 'resource "aws_security_group_rule" "r" {\n type = "ingress"\n from_port = 3000\n to_port = 4000\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n}', want: ['aws_security_group_rule.r'] },
  { name: 'dynamic', text: 'resource "aws_security_group" "g" {\n dynamic "ingress" {\n for_each = [1]\n content {\n from_port = 5432\n to_port = 5432\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n }\n }\n}', want: ['aws_security_group.g ingress.0'] },
  { name: 'a rule of its own', text: 'resource "aws_vpc_security_group_ingress_rule" "r" {\n cidr_ipv4 = "0.0.0.0/0"\n from_port = 6379\n to_port = 6379\n ip_protocol = "tcp"\n}', want: ['aws_vpc_security_group_ingress_rule.r'] },
  { name: 'Google', text: 'resource "google_compute_firewall" "f" {\n source_ranges = ["0.0.0.0/0"]\n allow {\n protocol = "tcp"\n ports = ["22", "80"]\n }\n}', want: ['google_compute_firewall.f allow.0'] },
  { name: 'Azure', text: 'resource "azurerm_network_security_rule" "r" {\n direction = "Inbound"\n access = "Allow"\n source_address_prefix = "*"\n destination_port_range = "3389"\n}', want: ['azurerm_network_security_rule.r'] },
  { name: 'good', text: group('from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = ["10.0.0.0/8"]'), want: [] },
  { name: 'look-alike: a web port', text: group('from_port = 443\n to_port = 443\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]'), want: [] },
  { name: 'look-alike: what leaves', text: 'resource "aws_security_group_rule" "r" {\n type = "egress"\n from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformOpenIngress, text)).toEqual(want))
