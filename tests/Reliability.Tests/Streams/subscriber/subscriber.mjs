// Reads the pushes of all repositories, as docs/events.md describes them: node subscriber.mjs amqp://HOST:PORT COUNT
import amqp from "amqplib";

const [url, count] = process.argv.slice(2);
const connection = await amqp.connect(url);
const channel = await connection.createChannel();

// A queue of our own: what we do with it is no concern of the server.
const { queue } = await channel.assertQueue("", { exclusive: true });
await channel.bindQueue(queue, "granary", "activity.*.push.#");
let seen = 0;
await channel.consume(queue, async (message) => {
  const { type, messageId, contentType, headers } = message.properties;
  const event = JSON.parse(message.content.toString("utf8"));
  console.log(JSON.stringify({ type, version: headers.version, messageId, contentType, routingKey: message.fields.routingKey, event }));
  channel.ack(message);
  if (++seen === Number(count)) await connection.close();
});
console.log("listening");
