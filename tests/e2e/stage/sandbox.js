// What a provider, a carrier and the time do to a sandbox, through its API.

const DAY_S = 24 * 3600;
const BEIJING_S = 8 * 3600;

/** One sandbox, spoken to by HTTP. Every person and filing that it makes is new, so that no test meets another's. */
export class Sandbox {
  #counter = 0;

  constructor(address) {
    this.address = address;
  }

  /** An invented person: a phone of a segment that nobody has, a document of a division that does not exist. */
  person() {
    const number = ++this.#counter;
    const phone = `154${String(number).padStart(8, '0')}`;
    // Ten thousand people are born on each day of January.
    const day = String(1 + Math.floor(number / 10_000)).padStart(2, '0');
    const document = `999999199001${day}${String(number % 10_000).padStart(4, '0')}`;
    return { phone, idLast6: document.slice(-6), document };
  }

  /** A first filing, reported: an individual, and a website for each of the other heads; `more` is put into the body. Gives the filing. */
  async file(head, others = [], { provider = 'other', ...more } = {}) {
    const number = ++this.#counter;
    const responsible = (person) => ({
      name: '示例人',
      phones: [person.phone],
      document: { type: 'resident_id', number: person.document },
    });
    const services = (others.length > 0 ? others : [head]).map((person, index) => ({
      kind: 'website',
      name: `示例网站${number}之${index}`,
      domains: [`shili-${number}-${index}.example`],
      head: responsible(person),
    }));
    const entity = {
      name: '示例人',
      nature: 'individual',
      // Whoever heads two filings does so for two organisers: one of them has at most one open filing.
      document: { type: 'resident_id', number: `99999919800101${String(number).padStart(4, '0')}` },
      head: responsible(head),
    };
    return this.follow({ kind: 'first', entity, services, ...more }, provider);
  }

  /** A filing of what stands in `body`, reported unless it says otherwise. Gives the filing. */
  async follow(body, provider = 'other') {
    const number = `E2E-${++this.#counter}`;
    const whole = { provider_order_no: number, province: '浙江', report: true, ...body };
    return this.#call('POST', '/v1/filings', whole, `test_${provider}`);
  }

  /** What a provider's own system does with a filing: `report`, `reverify` or `withdraw`. */
  async act(id, deed, provider = 'other') {
    return this.#call('POST', `/v1/filings/${id}/${deed}`, undefined, `test_${provider}`);
  }

  /** Removes the webhooks of a provider. */
  async removeWebhooks(provider) {
    const key = `test_${provider}`;
    const { items } = await this.#call('GET', '/v1/webhook-endpoints', undefined, key);
    for (const { id } of items) await this.#call('DELETE', `/v1/webhook-endpoints/${id}`, undefined, key);
  }

  /** The sandbox's time. */
  async now() {
    const { now } = await this.#call('GET', '/v1/sandbox/clock');
    return new Date(now);
  }

  /** Something that no other test is called. */
  unique(what) {
    return `${what}-${++this.#counter}`;
  }

  /** The newest message that a person has got. */
  async message(person) {
    const inbox = await this.#call('GET', `/v1/sandbox/messages?phone=${person.phone}`);
    return inbox.items[0].text;
  }

  /** The code in a person's newest message. */
  async code(person) {
    return /(?<!\d)\d{6}(?!\d)/.exec(await this.message(person))[0];
  }

  /** A code that is not the person's newest. */
  async wrongCode(person) {
    return (await this.code(person)) === '000000' ? '000001' : '000000';
  }

  /** Moves the clock. */
  async advance(seconds) {
    await this.#call('POST', '/v1/sandbox/clock/advance', { seconds });
  }

  /** Moves the clock to the next time that it is this hour in Beijing. */
  async advanceToHour(hour) {
    const now = await this.now();
    const passed = (Math.floor(now.getTime() / 1000) + BEIJING_S) % DAY_S;
    await this.advance((hour * 3600 - passed + DAY_S) % DAY_S);
  }

  /** 短信核验 without a page. */
  async verify(person, code) {
    const body = { smsValidCode: code, mobileNum: person.phone, certNum: person.idLast6 };
    return this.#people('/pquery/smsValidate/validateByCondition', body);
  }

  /** 短信重发 without a page, once the least interval is over. */
  async resend(person) {
    await this.advance(61);
    return this.#people('/pquery/smsValidate/resendSMSByCondition', { mobileNum: person.phone, certNum: person.idLast6 });
  }

  /** A filing as its provider sees it. */
  async filing(id, provider = 'other') {
    return this.#call('GET', `/v1/filings/${id}`, undefined, `test_${provider}`);
  }

  /** A provider's filings, as the query of the list asks for them. */
  async filings(query, provider) {
    return this.#call('GET', `/v1/filings?${query}`, undefined, `test_${provider}`);
  }

  /** What the administration's own system does: `claim`, `approve` or `reject`. */
  async review(id, deed, body) {
    return this.#call('POST', `/v1/reviews/${id}/${deed}`, body, 'test_admin_zhejiang');
  }

  async #people(path, body) {
    const reply = await fetch(this.address + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await reply.json()).params.validStatus;
  }

  /** Hands in a CSV file of filings; that there are too many already is no mistake. */
  async upload(text, provider) {
    const headers = {
      authorization: `Bearer test_${provider}`, 'content-type': 'text/csv', 'idempotency-key': `e2e-${++this.#counter}`,
    };
    const reply = await fetch(`${this.address}/v1/filings/bulk`, { method: 'POST', headers, body: text });
    if (![202, 429].includes(reply.status)) throw new Error(`bulk: ${reply.status} ${await reply.text()}`);
  }

  async #call(method, path, body, key = 'test_other') {
    const headers = { authorization: `Bearer ${key}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (method === 'POST') {
      headers['idempotency-key'] = `e2e-${++this.#counter}`;
      headers['if-match'] = '*';
    }
    const reply = await fetch(this.address + path, { method, headers, body: JSON.stringify(body) });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
