/**
 * A load balancer in front of an MCP server or another that streams, with the short idle time of the default: an answer that thinks
 * for a minute is cut, and the client sees 504. Needed with Streamable HTTP as with the older SSE: a POST may stream for minutes.
 */

import type { AuditFinding, AuditView, TerraformBlock } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, anyText, literal, mentions, resourcesOf } from '../shared/terraform.ts'

/** AWS' default is 60 s; what a tool call of a model takes is a few minutes. */
const IDLE_SECONDS_MIN = 300

function audit(view: AuditView): AuditFinding[] {
  const groups = resourcesOf(view, 'aws_lb_target_group', 'aws_alb_target_group').filter((group) => streams(view, group))
  const listeners = resourcesOf(view, 'aws_lb_listener', 'aws_alb_listener').filter(({ body }) => groups.some((group) => mentions(body, group)))
  const balancers = resourcesOf(view, 'aws_lb', 'aws_alb').filter((balancer) => (literal(balancer.body, 'load_balancer_type') ?? 'application') === 'application' && listeners.some(({ body }) => mentions(body, balancer)))
  return [...balancers.flatMap(idle), ...groups.flatMap(health)]
}

/** It leads to a service that is told to speak MCP, or its own rules name the endpoints. */
function streams(view: AuditView, group: TerraformBlock): boolean {
  const services = resourcesOf(view, 'aws_ecs_service').filter(({ body }) => mentions(body, group))
  const tasks = resourcesOf(view, 'aws_ecs_task_definition').filter((task) => services.some(({ body }) => mentions(body, task)))
  const rules = resourcesOf(view, 'aws_lb_listener_rule', 'aws_alb_listener_rule').filter(({ body }) => mentions(body, group))
  return tasks.some(({ body }) => /\bmcp\b|[-_/]mcp|mcp[-_/:]/i.test(anyText(body['container_definitions']))) || rules.some(({ body }) => /"\/(mcp|sse)\b/.test(anyText(body as never)))
}

function idle(balancer: TerraformBlock): AuditFinding[] {
  const seconds = literal(balancer.body, 'idle_timeout') ?? (balancer.body['idle_timeout'] === undefined ? 60 : undefined)
  if (typeof seconds !== 'number' || seconds >= IDLE_SECONDS_MIN) return []
  return [{ of: balancer, path: ['idle_timeout'], summary: `${addressOf(balancer)} cuts connections that are silent for ${seconds} s, and a tool call of a model is often longer`, advice: `idle_timeout = ${IDLE_SECONDS_MIN} or more.`, cause: 'the idle time' }]
}

/** Health must be answered by the process itself, and not by the endpoint that thinks. */
function health(group: TerraformBlock): AuditFinding[] {
  const check = Array.isArray(group.body['health_check']) ? (group.body['health_check'] as readonly { path?: unknown }[])[0] : undefined
  if (check?.path !== undefined && !/^\/?(sse|mcp)\/?$/.test(String(check.path))) return []
  return [{ of: group, path: ['health_check'], summary: `${addressOf(group)} asks for health at ${check?.path === undefined ? '/' : String(check.path)}, which an MCP server does not answer while it works`, advice: 'health_check { path = "/health" }, answered without the model.', cause: 'the health check', severity: 4 }]
}

export const terraformStreamTimeout: AuditRule = {
  id: 'terraform-stream-timeout',
  title: 'A load balancer that cuts streams',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['the default in front of a service that does not stream', 'a network load balancer, which counts otherwise', 'a value from a variable'],
  prevention: 'Idle times of minutes for whatever streams, and a health check that needs no model.',
  sources: [
    { title: 'Application Load Balancers: idle timeout', url: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout' },
    { title: 'MCP: transports', url: 'https://modelcontextprotocol.io/specification/2025-06-18/basic/transports' },
  ],
  reviewBy: '2027-03-31',
}
