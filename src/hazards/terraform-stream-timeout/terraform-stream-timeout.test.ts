import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformStreamTimeout } from './terraform-stream-timeout.ts'

const behind = (image: string, lb: string, check = 'health_check {\n path = "/health"\n }') => `
resource "aws_lb" "l" {
 ${lb}
}
resource "aws_lb_target_group" "t" {
 port = 8080
 ${check}
}
resource "aws_lb_listener" "x" {
 load_balancer_arn = aws_lb.l.arn
 default_action {
  target_group_arn = aws_lb_target_group.t.arn
 }
}
resource "aws_ecs_service" "s" {
 task_definition = aws_ecs_task_definition.d.arn
 load_balancer {
  target_group_arn = aws_lb_target_group.t.arn
 }
}
resource "aws_ecs_task_definition" "d" {
 container_definitions = jsonencode([{ image = "${image}" }])
}`

test.each([
  { name: 'the default', text: behind('acme/mcp-server:1', ''), want: ['aws_lb.l idle_timeout'] },
  { name: 'too short', text: behind('acme/mcp-server:1', 'idle_timeout = 120'), want: ['aws_lb.l idle_timeout'] },
  { name: 'health at the endpoint itself', text: behind('acme/mcp-server:1', 'idle_timeout = 300', 'health_check {\n path = "/sse"\n }'), want: ['aws_lb_target_group.t health_check'] },
  { name: 'good', text: behind('acme/mcp-server:1', 'idle_timeout = 4000'), want: [] },
  { name: 'look-alike: it does not stream', text: behind('acme/web:1', ''), want: [] },
  { name: 'look-alike: a network load balancer', text: behind('acme/mcp-server:1', 'load_balancer_type = "network"'), want: [] },
  { name: 'look-alike: a variable', text: behind('acme/mcp-server:1', 'idle_timeout = var.idle'), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformStreamTimeout, text)).toEqual(want))
