// Webhooks with a receiver of their own, and what administrators of the server do.
import http from 'node:http'
import { same, until } from './client.mjs'

export async function walkWebhooks(api, at) {
  const received = []
  const receiver = http.createServer((request, response) => {
    received.push(request.headers['x-granary-event'])
    request.resume().on('end', () => response.end())
  })
  await new Promise(resolve => receiver.listen(0, '127.0.0.1', resolve))
  try {
    await walkWebhook(api, at, `http://127.0.0.1:${receiver.address().port}/hook`, received)
  } finally {
    receiver.close()
  }
}

async function walkWebhook(api, at, url, received) {
  const made = (await api.call('WebhookService.CreateWebhook', { ...at, url, secret: 'of the test', events: ['push'] })).webhook
  same([made.url, made.hasSecret, made.state], [url, true, 'ACTIVE'], 'the new webhook')
  const hook = { ...at, webhookId: made.webhookId }
  const updated = await api.call('WebhookService.UpdateWebhook', { ...hook, refPatterns: { patterns: ['main'] } })
  same(updated.webhook.refPatterns, ['refs/heads/main'], 'the patterns of the webhook')
  same((await api.call('WebhookService.GetWebhook', hook)).webhook.events, ['push'], 'its events')
  same((await api.call('WebhookService.ListWebhooks', at)).webhooks.map(w => w.webhookId), [made.webhookId], 'the webhooks')

  const { delivery } = await api.call('WebhookService.PingWebhook', hook)
  const one = { ...hook, deliveryId: delivery.deliveryId }
  const arrived = await until('the ping is delivered', async () => {
    const answer = await api.call('WebhookService.GetDelivery', one)
    return answer.delivery.state === 'DELIVERED' && answer
  })
  same([arrived.attempts[0].status, received.length], [200, 1], 'the attempt')
  same((await api.call('WebhookService.ListDeliveries', hook)).deliveries.map(d => d.deliveryId), [delivery.deliveryId], 'the deliveries')
  await api.call('WebhookService.RedeliverDelivery', one)
  await until('it is delivered again', () => received.length === 2)
  await api.call('WebhookService.ReplayWebhook', { ...hook, since: 1 })
  await until('the pushes are delivered', () => received.filter(event => event === 'push').length === 2)
  await api.call('WebhookService.DeleteWebhook', hook)
  await api.refused('WebhookService.GetWebhook', hook, 'NOT_FOUND')
}

export async function walkServer(api, at) {
  same((await api.call('ServerService.ListSshConnections')).connections, [], 'the SSH connections')
  await api.call('MaintenanceService.RunMaintenance', at)
  const { maintenance } = await until('housekeeping has run', async () => {
    const answer = await api.call('MaintenanceService.GetMaintenance', at)
    return !answer.maintenance.running && answer.maintenance.lastRunAt && answer
  })
  same([maintenance.lastFault, maintenance.objects > 0], ['', true], 'housekeeping')

  const { jobKinds } = await api.call('JobService.ListJobKinds')
  const { kind } = jobKinds.find(k => k.kind === 'activity')
  same((await api.call('JobService.PauseJobKind', { kind })).jobKind.paused, true, 'the paused jobs')
  same((await api.call('JobService.ResumeJobKind', { kind })).jobKind.paused, false, 'the resumed jobs')
}

// The test has put one letter there that nobody can read: it comes back when it is replayed.
export async function walkDeadLetters(api) {
  const kind = 'activity'
  const list = async () => (await api.call('DeadLetterService.ListDeadLetters', { kind })).deadLetters
  const [letter] = await list()
  const one = { kind, letterId: letter.letterId }
  same((await api.call('DeadLetterService.GetDeadLetter', one)).deadLetter.reason, letter.reason, 'the reason')
  await api.call('DeadLetterService.ReplayDeadLetter', one)
  const again = await until('it is dead again', async () => (await list()).find(l => l.letterId !== letter.letterId))
  await api.call('DeadLetterService.DeleteDeadLetter', { kind, letterId: again.letterId })
  same(await list(), [], 'the letters after that')
}
