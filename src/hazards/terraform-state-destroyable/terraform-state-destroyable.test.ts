import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformStateDestroyable } from './terraform-state-destroyable.ts'

test.each([
  { name: 'a disk', text: 'resource "aws_ebs_volume" "d" {\n size = 1\n}', want: ['aws_ebs_volume.d lifecycle'] },
  { name: 'switched off', text: 'resource "aws_ebs_volume" "d" {\n lifecycle {\n  prevent_destroy = false\n }\n}', want: ['aws_ebs_volume.d lifecycle'] },
  { name: 'good', text: 'resource "aws_ebs_volume" "d" {\n lifecycle {\n  prevent_destroy = true\n }\n}', want: [] },
  { name: 'look-alike: protected by the service', text: 'resource "aws_db_instance" "d" {\n deletion_protection = true\n}', want: [] },
  { name: 'look-alike: no state', text: 'resource "aws_instance" "m" {\n ami = "a"\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformStateDestroyable, text)).toEqual(want))
