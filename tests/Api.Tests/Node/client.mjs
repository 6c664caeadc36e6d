// All services of granary.v1, loaded from the protos alone, and a record of the calls that were answered.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import grpc from '@grpc/grpc-js'
import loader from '@grpc/proto-loader'

const Bound = 60_000

export const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

export const fail = message => { throw new Error(message) }

export function same(actual, expected, what) {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== e) fail(`${what}: ${a} instead of ${e}`)
}

// Asks again until there is an answer that is not undefined or false.
export async function until(what, ask) {
  const end = Date.now() + Bound
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) fail(`It did not come to pass that ${what}.`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

function load(protos) {
  const files = fs.readdirSync(path.join(protos, 'granary', 'v1')).map(file => `granary/v1/${file}`)
  // Where google/api/annotations.proto is.
  const common = path.dirname(createRequire(createRequire(import.meta.url).resolve('@grpc/proto-loader')).resolve('protobufjs/package.json'))
  const definition = loader.loadSync(files, { includeDirs: [protos, common], longs: Number, enums: String, defaults: true, oneofs: true })
  return grpc.loadPackageDefinition(definition).granary.v1
}

export class Client {
  #services = {}
  #methods = {}
  #authorization

  constructor(address, protos, authorization) {
    this.#authorization = authorization
    this.answered = new Set()
    for (const [name, service] of Object.entries(load(protos))) {
      if (!service.service) continue
      this.#services[name] = new service(address, grpc.credentials.createInsecure())
      for (const method of Object.keys(service.service)) this.#methods[`${name}.${method}`] = service.service[method]
    }
  }

  get known() { return Object.keys(this.#methods) }

  close() { for (const service of Object.values(this.#services)) service.close() }

  // The answer; of a call that streams them, all of them. A call that streams its requests gets an array of them.
  call(name, request = {}, metadata = {}) {
    const method = this.#methods[name] ?? fail(`There is no call ${name}.`)
    return new Promise((resolve, reject) => {
      const answered = response => {
        this.answered.add(name)
        resolve(response)
      }
      const done = (error, response) => error ? reject(named(error, name)) : answered(response)
      const call = this.open(name, method.requestStream ? undefined : request, metadata, done)
      if (method.responseStream) {
        const responses = []
        call.on('data', response => responses.push(response)).on('error', done).on('end', () => answered(responses))
      }
      if (method.requestStream) {
        for (const message of request) call.write(message)
        call.end()
      }
    })
  }

  // The call itself, for one that goes on while it is read.
  open(name, request, metadata = {}, done = undefined) {
    const [service, method] = name.split('.')
    const login = new grpc.Metadata()
    for (const [key, value] of Object.entries({ authorization: this.#authorization, ...metadata })) login.set(key, value)
    const passed = [request, login, { deadline: Date.now() + Bound }, this.#methods[name].responseStream ? undefined : done]
    return this.#services[service][method](...passed.filter(argument => argument !== undefined))
  }

  async refused(name, request, code, metadata = {}) {
    try {
      await this.call(name, request, metadata)
    } catch (error) {
      if (error.code !== grpc.status[code]) throw error
      return error
    }
    return fail(`${name} was not refused.`)
  }
}

function named(error, name) {
  error.message = `${name}: ${error.message}`
  return error
}
