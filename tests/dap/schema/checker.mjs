// Checks a recorded DAP conversation: every message against the published schema, and the rules
// that a schema cannot say (sequence numbers, pairing of requests and responses).
//
// The schema is generated from @vscode/debugprotocol and then made stricter, see `tighten`:
// TypeScript has no integers, and it lets a misspelt property through.

// Our own additions to standard messages begin with `nse`; `__` is VS Code's for its menus.
const kOurProperties = '^(nse|__)';
// The only number in the protocol that may have a fraction.
const kFractions = new Set(['percentage']);
const kMaxReference = 2147483647;

function tighten_number(name, schema) {
  const types = [schema.type].flat();
  if (!types.includes('number') || kFractions.has(name)) return schema;
  const integer = types.map((type) => (type === 'number' ? 'integer' : type));
  const result = {...schema, type: integer.length === 1 ? integer[0] : integer};
  if (name.endsWith('Reference')) Object.assign(result, {minimum: 0, maximum: kMaxReference});
  return result;
}

// `closed`: objects may have only the properties of the specification (and ours). For what we
// send; clients may send what they like.
function tighten(schema, closed, name = '') {
  if (Array.isArray(schema)) return schema.map((entry) => tighten(entry, closed, name));
  if (schema === null || typeof schema !== 'object') return schema;
  const result = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([property, sub]) => [property, tighten(sub, closed, property)]));
    } else {
      result[key] = tighten(value, closed, name);
    }
  }
  if (result.properties && result.additionalProperties === undefined && closed) {
    result.patternProperties = {[kOurProperties]: true};
    result.additionalProperties = false;
  }
  return tighten_number(name, result);
}

// Returns find(direction, type name) -> ajv's validating function, or undefined.
export function compile_schema(Ajv, schema) {
  const compile = (closed) => {
    const ajv = new Ajv({allErrors: true, strict: false});
    ajv.addSchema({...schema, definitions: tighten(schema.definitions, closed)}, 'dap');
    return ajv;
  };
  const ajv = {in: compile(false), out: compile(true)};
  return (direction, name) => {
    const known = schema.definitions[`DebugProtocol.${name}`] !== undefined;
    return known ? ajv[direction].getSchema(`dap#/definitions/DebugProtocol.${name}`) : undefined;
  };
}

const capitalized = (word) => word.charAt(0).toUpperCase() + word.slice(1);

// The names of the types a message must satisfy: its own and, for what is ours, the generic one.
function type_name(message) {
  const {type} = message;
  const word = type === 'event' ? message.event : message.command;
  if (!['request', 'response', 'event'].includes(type) || typeof word !== 'string') {
    return 'ProtocolMessage';
  }
  if (type === 'response' && message.success === false) return 'ErrorResponse';
  if (word.startsWith('nse/')) return capitalized(type);
  return capitalized(word) + capitalized(type);
}

const opposite = {in: 'out', out: 'in'};

// What is known of one session while its lines are read.
class Session {
  last_seq = {in: 0, out: 0};
  requests = {in: new Map(), out: new Map()};  // by direction and seq: {line, command, bad, answer}
  cut_at = 0;
}

// One log file. `report(line, text)` is called for each violation.
export class LogChecker {
  #sessions = new Map();

  constructor(find, report) {
    this.find = find;
    this.report = report;
  }

  check(text) {
    text.split('\n').forEach((line, index) => {
      if (line.trim() !== '') this.#check_line(line, index + 1);
    });
    for (const [name, session] of this.#sessions) this.#check_unanswered(name, session);
  }

  #check_line(text, line) {
    let entry;
    try {
      entry = JSON.parse(text);
    } catch (error) {
      return this.report(line, `not JSON: ${error.message}`);
    }
    const session = this.#session(entry.session);
    if (session.cut_at) this.report(line, `session was cut at line ${session.cut_at}, yet goes on`);
    if (entry.cut === true) {
      session.cut_at = line;
      return;
    }
    if (!(entry.dir in opposite) || typeof entry.message !== 'object' || entry.message === null) {
      return this.report(line, 'expected {"dir":"in"|"out","session":…,"message":{…}}');
    }
    this.#check_seq(session, entry, line);
    this.#check_type(entry, line);
    if (entry.message.type === 'request') this.#note_request(session, entry, line);
    if (entry.message.type === 'response') this.#check_response(session, entry, line);
  }

  #session(name) {
    if (!this.#sessions.has(name)) this.#sessions.set(name, new Session());
    return this.#sessions.get(name);
  }

  #check_seq(session, {dir, message}, line) {
    const last = session.last_seq[dir];
    if (!(message.seq > last)) this.report(line, `seq ${message.seq} follows ${last} (${dir})`);
    session.last_seq[dir] = Math.max(last, message.seq || 0);
  }

  // A request marked "bad" is wrong on purpose; what counts is that it gets an error back.
  #check_type({dir, message, bad}, line) {
    if (bad && dir === 'in') return;
    const name = type_name(message);
    const validate = this.find(dir, name);
    if (!validate) return this.report(line, `${name} is not in the protocol`);
    if (validate(message)) return;
    for (const {instancePath, message: what, params} of validate.errors) {
      const extra = params.additionalProperty ? `: ${params.additionalProperty}` : '';
      this.report(line, `${name}${instancePath} ${what}${extra}`);
    }
  }

  #note_request(session, {dir, message, bad}, line) {
    session.requests[dir].set(message.seq, {line, command: message.command, bad});
  }

  #check_response(session, {dir, message}, line) {
    const request = session.requests[opposite[dir]].get(message.request_seq);
    const what = `response to ${message.request_seq} (${message.command})`;
    if (!request) return this.report(line, `${what}: there is no such request`);
    if (request.answer) return this.report(line, `${what}: already answered at line ${request.answer}`);
    request.answer = line;
    if (request.command !== message.command && !request.bad) {
      this.report(line, `${what}: the request at line ${request.line} was ${request.command}`);
    }
    if (request.bad && message.success !== false) {
      this.report(line, `${what}: line ${request.line} is a bad request, expected an error`);
    }
  }

  #check_unanswered(name, session) {
    if (session.cut_at) return;
    for (const requests of Object.values(session.requests)) {
      for (const [seq, {line, command, answer}] of requests) {
        if (!answer) this.report(line, `request ${seq} (${command}) of ${name} is never answered`);
      }
    }
  }
}
