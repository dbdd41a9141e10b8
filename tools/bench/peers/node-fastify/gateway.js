// What a Node user would write today: Fastify, Stripe's own library for the signature, KafkaJS, and 200
// when the broker has the event.
const [port, brokers] = process.argv.slice(2)
const fastify = require('fastify')({ bodyLimit: 1 << 20 })
const stripe = require('stripe')('sk_test_unused')
const { Kafka, logLevel } = require('kafkajs')

const producer = new Kafka({ brokers: [brokers], logLevel: logLevel.ERROR }).producer()
fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => done(null, body))
fastify.post('/stripe/webhook', async (request, reply) => {
  let event
  try {
    event = stripe.webhooks.constructEvent(
      request.body, request.headers['stripe-signature'], process.env.STRIPE_WEBHOOK_SECRET)
  } catch {
    return reply.code(400).send()
  }
  await producer.send({ topic: 'stripe.events', acks: -1, messages: [{ key: event.id, value: request.body }] })
  return reply.code(200).send()
})
producer.connect().then(() => fastify.listen({ host: '127.0.0.1', port: Number(port) }))
