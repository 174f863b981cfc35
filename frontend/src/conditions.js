/**
 * Helpers for conditions compiled by the handbook: `Condition.javascript()` gives an expression over `env` (JSON) and
 * this module as `c`. They mirror values.py and steps.py and are proven by the same vectors.
 *
 * Inside: null is UNKNOWN; numbers and money (fen) are exact ratios; dates "2026-11-21" and times "17:30:00" are texts;
 * moments and durations have classes of their own. Nothing here throws.
 */

export class Ratio {
  constructor(n, d) {
    this.n = n;
    this.d = d;
  }
}

export class Moment {
  constructor(micros) {
    this.micros = micros;
  }
}

export class Duration {
  constructor(n, unit) {
    this.n = n;
    this.unit = unit;
  }
}

const BIGGEST = 10n ** 20n;
const HUGE = 10n ** 60n;
const PLACES = 12;
const LARGEST = 1_000_000_000;
const BLANKS = "[ \\t\\n\\r\\f\\v\\u00a0\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]";
const BLANK = new RegExp(`^${BLANKS}*$`, "u");
const OUTER = new RegExp(`^${BLANKS}+|${BLANKS}+$`, "gu");
const NUMBER = /^([+-]?)([0-9]{1,20})(?:\.([0-9]{0,20}))?(?:[eE]([+-]?[0-9]{1,2}))?$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?$/;
const MOMENT =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:(?<=:[0-9]{2}:[0-9]{2})\.([0-9]{1,6}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;
const DURATION = /^(-?)([0-9]{1,10})([a-z]+)$/;
const MEASURE = {
  s: ["clock", 1], min: ["clock", 60], h: ["clock", 3600], d: ["clock", 86400], w: ["clock", 604800],
  mo: ["months", 1], q: ["months", 3], y: ["months", 12],
  wd: ["workdays", 1], wmin: ["worktime", 1], wh: ["worktime", 60],
};
const BASE = { clock: "s", months: "mo", workdays: "wd", worktime: "wmin" };
const MONTHS = { mo: 1, q: 3, y: 12 };
const DAYS = { d: 1, w: 7 };
const SECONDS = { s: 1, min: 60, h: 3600 };
const DAY = 86_400_000_000;

// numbers

const big = (value) => (value < 0n ? -value : value);

function ratio(n, d = 1n) {
  let [a, b] = [big(n), big(d)];
  while (b) [a, b] = [b, a % b];
  const sign = d < 0n ? -1n : 1n;
  return a ? new Ratio((sign * n) / a, (sign * d) / a) : new Ratio(0n, 1n);
}

const whole = (value) => ratio(BigInt(value));
const bounded = (value) => (big(value.n) < HUGE * value.d && value.d < HUGE ? value : null);

function readNumber(raw) {
  if (raw instanceof Ratio) return big(raw.n) < BIGGEST * raw.d ? raw : null;
  const text = typeof raw === "number" ? String(raw) : typeof raw === "string" ? raw : "";
  const found = NUMBER.exec(text);
  if (!found) return null;
  const [, sign, units, part = "", power = "0"] = found;
  let n = BigInt(units + part);
  let d = 10n ** BigInt(part.length);
  if (Number(power) > 0) n *= 10n ** BigInt(Number(power));
  else d *= 10n ** BigInt(-Number(power));
  const value = ratio(sign === "-" ? -n : n, d);
  return big(value.n) < BIGGEST * value.d ? value : null;
}

function readMoney(raw) {
  const fen = readNumber(raw);
  return fen && fen.d === 1n ? fen : null;
}

function roundHalfUp(value) {
  const rounded = ((big(value.n) * 2n) / value.d + 1n) / 2n;
  return ratio(value.n < 0n ? -rounded : rounded);
}

function writeNumber(value) {
  if (value.d === 1n) return writeWhole(value.n);
  const scale = 10n ** BigInt(PLACES);
  const scaled = roundHalfUp(ratio(value.n * scale, value.d)).n;
  const digits = String(big(scaled) % scale).padStart(PLACES, "0").replace(/0+$/, "");
  const units = big(scaled) / scale;
  if (!digits) return writeWhole(scaled < 0n ? -units : units);
  return `${scaled < 0n ? "-" : ""}${units}.${digits}`;
}

const writeWhole = (n) => (Number.isSafeInteger(Number(n)) ? Number(n) : String(n));

// days and moments

const leap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const monthLength = (year, month) => [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
const two = (value) => String(value).padStart(2, "0");
const dateText = (year, month, day) => `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;

function dayNumber(text) {
  const [year, month, day] = text.split("-").map(Number);
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return Math.round(at.getTime() / 86_400_000);
}

function dayText(number) {
  const at = new Date(number * 86_400_000);
  const year = at.getUTCFullYear();
  return year >= 1 && year <= 9999 ? dateText(year, at.getUTCMonth() + 1, at.getUTCDate()) : null;
}

function readDate(raw) {
  const found = typeof raw === "string" ? DATE.exec(raw) : null;
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month) ? raw : null;
}

function readTime(raw) {
  const found = typeof raw === "string" ? TIME.exec(raw) : null;
  if (!found) return null;
  const [, hours, minutes, seconds = "00"] = found;
  return Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60 ? `${hours}:${minutes}:${seconds}` : null;
}

const seconds = (time) => time.split(":").reduce((sum_, part) => sum_ * 60 + Number(part), 0);

function timeText(value) {
  return `${two(Math.floor(value / 3600))}:${two(Math.floor(value / 60) % 60)}:${two(value % 60)}`;
}

function inYears(micros) {
  const year = new Date(Math.floor(micros / 1000)).getUTCFullYear();
  return year >= 1 && year <= 9999 ? new Moment(micros) : null;
}

function readMoment(raw) {
  if (raw instanceof Moment) return raw;
  const found = typeof raw === "string" ? MOMENT.exec(raw) : null;
  if (!found) return null;
  const [, date, clock, part = "", sign, hours = "0", minutes = "0"] = found;
  const time = readTime(clock);
  if (!readDate(date) || !time || Number(hours) > 23 || Number(minutes) > 59) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60 : 60);
  return inYears(dayNumber(date) * DAY + (seconds(time) - offset) * 1_000_000 + Number(part.padEnd(6, "0")));
}

function writeMoment(value) {
  const days_ = Math.floor(value.micros / DAY);
  const rest = value.micros - days_ * DAY;
  const part = rest % 1_000_000;
  const clock = timeText(Math.floor(rest / 1_000_000));
  return `${dayText(days_)}T${clock}${part ? `.${String(part).padStart(6, "0")}` : ""}Z`;
}

const clocks = new Map();

/** How far the wall clock of `zone` stands before UTC at an instant, in microseconds. */
function offsetAt(micros, zone) {
  if (!clocks.has(zone)) {
    const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    clocks.set(zone, new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", era: "short", ...parts }));
  }
  const whole_ = Math.floor(micros / 1_000_000) * 1000;
  const parts = Object.fromEntries(clocks.get(zone).formatToParts(new Date(whole_)).map((part) => [part.type, part.value]));
  const at = new Date(0);
  at.setUTCFullYear(parts.era.startsWith("B") ? 1 - Number(parts.year) : Number(parts.year), parts.month - 1, Number(parts.day));
  at.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return (at.getTime() - whole_) * 1000;
}

// durations

function duration(n, unit) {
  return Math.abs(n) <= LARGEST ? new Duration(n === 0 ? 0 : n, unit) : null;
}

function readDuration(raw) {
  if (raw instanceof Duration) return raw;
  const found = typeof raw === "string" ? DURATION.exec(raw) : null;
  return found && Object.hasOwn(MEASURE, found[3]) ? duration(Number(found[1] + found[2]), found[3]) : null;
}

const measure = (value) => [MEASURE[value.unit][0], value.n * MEASURE[value.unit][1]];

export function addDuration(left, right) {
  if (left === null || right === null) return null;
  if (left.unit === right.unit) return duration(left.n + right.n, left.unit);
  const [[family, mine], [other, theirs]] = [measure(left), measure(right)];
  if (family !== other) return null;
  const days_ = [left.unit, right.unit].every((unit) => unit === "d" || unit === "w");
  return days_ ? duration((mine + theirs) / 86400, "d") : duration(mine + theirs, BASE[family]);
}

export const subDuration = strict((left, right) => addDuration(left, new Duration(-right.n, right.unit)));

export const mulDuration = strict((left, right) => {
  const [length, times] = left instanceof Duration ? [left, right] : [right, left];
  const amount = mul(times, whole(length.n));
  return amount && amount.d === 1n ? duration(Number(amount.n), length.unit) : null;
});

// reading and writing

const isRow = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !isValue(value);
const isValue = (value) => value instanceof Ratio || value instanceof Moment || value instanceof Duration;
const own = (row, name) => (isRow(row) && Object.hasOwn(row, name) ? row[name] : null);

function refKey(raw) {
  const id = isRow(raw) ? own(raw, "id") : raw;
  if (id instanceof Ratio) return id.d === 1n ? String(id.n) : "";
  return typeof id === "string" ? id : Number.isInteger(id) ? String(id) : "";
}

function readAny(raw) {
  return raw === undefined || raw === null || (typeof raw === "string" && BLANK.test(raw)) ? null : raw;
}

function readFile(raw) {
  if (Array.isArray(raw)) return raw.length ? raw : null;
  if (isRow(raw)) return Object.keys(raw).length ? raw : null;
  const known = typeof raw === "string" || raw === true || (Number.isInteger(raw) && raw !== 0);
  return known ? readAny(raw) : null;
}

const READ = {
  text: (raw) => (typeof raw === "string" && !BLANK.test(raw) ? raw : null),
  number: readNumber,
  money: readMoney,
  bool: (raw) => (typeof raw === "boolean" ? raw : null),
  date: readDate,
  time: readTime,
  moment: readMoment,
  duration: readDuration,
  ref: (raw) => (refKey(raw) ? raw : null),
  struct: (raw) => (isRow(raw) ? raw : null),
  list: (raw) => (Array.isArray(raw) ? raw : null),
  file: readFile,
  any: readAny,
};

const WRITE = {
  number: writeNumber,
  money: writeNumber,
  time: (value) => value.replace(/:00$/, (end) => (value.length === 8 ? "" : end)),
  moment: writeMoment,
  duration: (value) => `${value.n}${value.unit}`,
};

export const read = (kind, raw) => READ[kind](raw);

export function write(kind, value) {
  if (value === null) return null;
  if (kind.startsWith("list:")) {
    const inner = kind.slice(5);
    return value.map((cell) => write(inner, read(inner.split(":")[0], cell)));
  }
  return Object.hasOwn(WRITE, kind) ? WRITE[kind](value) : value;
}

export function path(kind, env, names) {
  return read(kind, names.reduce((at, name) => own(at, name), env));
}

export const field = (kind, row, name) => read(kind, own(row, name));

// logic

function strict(step) {
  return (...args) => (args.includes(null) ? null : step(...args));
}

export const and = (...args) => (args.includes(false) ? false : args.includes(null) ? null : true);
export const or = (...args) => (args.includes(true) ? true : args.includes(null) ? null : false);
export const not = strict((value) => !value);
export const choose = (test, yes, no) => (test === null ? null : test ? yes : no);
export const list = (...items) => items;

export function filled(value) {
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return isRow(value) ? Object.values(value).some((part) => part !== null && part !== undefined && part !== "") : true;
}

// comparison

function sign(left, right, kind) {
  if (kind === "number" || kind === "money") {
    const [one, other] = [left.n * right.d, right.n * left.d];
    return one < other ? -1 : one > other ? 1 : 0;
  }
  const [one, other] = kind === "moment" ? [left.micros, right.micros] : [left, right];
  return one < other ? -1 : one > other ? 1 : 0;
}

function compare(left, right, kind) {
  if (kind !== "duration") return sign(left, right, kind);
  const [[one, mine], [other, theirs]] = [measure(left), measure(right)];
  return one === other ? Math.sign(mine - theirs) : null;
}

function eqAny(left, right) {
  if (typeof left !== typeof right) return null;
  if (typeof left === "number") return eq(readNumber(left), readNumber(right), "number");
  return typeof left === "string" || typeof left === "boolean" ? left === right : null;
}

export const eq = strict((left, right, kind) => {
  if (kind === "ref") return refKey(left) === refKey(right);
  if (kind === "any") return eqAny(left, right);
  if (kind === "text" || kind === "bool") return left === right;
  if (kind === "struct" || kind === "file" || kind === "list") return null;
  const found = compare(left, right, kind);
  return found === null ? null : found === 0;
});

export const lt = strict((left, right, kind) => {
  const found = compare(left, right, kind);
  return found === null ? null : found < 0;
});

export const le = strict((left, right, kind) => {
  const found = compare(left, right, kind);
  return found === null ? null : found <= 0;
});

export const eqList = strict((left, right, kind) => {
  if (left.length !== right.length) return false;
  return and(...left.map((item, place) => eq(read(kind, item), read(kind, right[place]), kind)));
});

export function isIn(item, items, kind) {
  if (items === null) return null;
  return or(...items.map((other) => eq(item, read(kind, other), kind)));
}

// arithmetic

export const add = strict((left, right) => bounded(ratio(left.n * right.d + right.n * left.d, left.d * right.d)));
export const sub = strict((left, right) => bounded(ratio(left.n * right.d - right.n * left.d, left.d * right.d)));
export const mul = strict((left, right) => bounded(ratio(left.n * right.n, left.d * right.d)));
export const div = strict((left, right) => (right.n ? bounded(ratio(left.n * right.d, left.d * right.n)) : null));

export const mod = strict((left, right) => {
  if (!right.n) return null;
  const [one, other] = [left.n * right.d, right.n * left.d];
  return bounded(ratio(one % other, left.d * right.d));
});

export const neg = strict((value, kind) =>
  kind === "duration" ? duration(-value.n, value.unit) : new Ratio(-value.n, value.d),
);

const toFen = strict(roundHalfUp);
export const mulMoney = (left, right) => toFen(mul(left, right));
export const divMoney = strict((left, right) => toFen(right.n ? ratio(left.n * right.d, left.d * right.n) : null));
export const yuan = strict((value) => roundHalfUp(ratio(value.n * 100n, value.d)));

export const share = strict((whole_, percent, kind) => {
  const part = bounded(ratio(whole_.n * percent.n, whole_.d * percent.d * 100n));
  return kind === "money" ? toFen(part) : part;
});

// time

export const days = strict((start, end) => whole(dayNumber(end) - dayNumber(start)));
export const diffDate = strict((left, right) => duration(dayNumber(left) - dayNumber(right), "d"));
export const diffTime = strict((left, right) => duration(seconds(left) - seconds(right), "s"));

export const diffMoment = strict((left, right) => {
  const micros = left.micros - right.micros;
  const rounded = Math.ceil(Math.abs(micros) / 1_000_000) * Math.sign(micros);
  return duration(rounded, "s") ?? duration(Math.floor(micros / DAY), "d");
});

export const day = strict((moment, zone) => dayText(Math.floor((moment.micros + offsetAt(moment.micros, zone)) / DAY)));

function plusDate(date, length) {
  if (length.unit in DAYS) return dayText(dayNumber(date) + length.n * DAYS[length.unit]);
  if (!(length.unit in MONTHS)) return null;
  const [year, month, day_] = date.split("-").map(Number);
  const months = year * 12 + month - 1 + length.n * MONTHS[length.unit];
  const [newYear, newMonth] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
  if (newYear < 1 || newYear > 9999) return null;
  return dateText(newYear, newMonth, Math.min(day_, monthLength(newYear, newMonth)));
}

function plusTime(time, length) {
  const value = length.unit in SECONDS ? seconds(time) + measure(length)[1] : -1;
  return value >= 0 && value < 86400 ? timeText(value) : null;
}

function plusMoment(moment, length, zone) {
  if (length.unit in SECONDS) return inYears(moment.micros + measure(length)[1] * 1_000_000);
  const local = moment.micros + offsetAt(moment.micros, zone);
  const date = plusDate(dayText(Math.floor(local / DAY)), length);
  if (date === null) return null;
  const wall = dayNumber(date) * DAY + (local - Math.floor(local / DAY) * DAY);
  return inYears(wall - offsetAt(wall - offsetAt(wall, zone), zone));
}

/** In working time the browser does not know: null. */
export const plus = strict((start, length, kind, direction, zone) => {
  const step = new Duration(direction * length.n, length.unit);
  if (kind === "time") return plusTime(start, step);
  return kind === "date" ? plusDate(start, step) : plusMoment(start, step, zone);
});

// lists

export const all = (items, kind, test) => (items === null ? null : and(...items.map((raw) => test(read(kind, raw)))));
export const exists = (items, kind, test) => (items === null ? null : or(...items.map((raw) => test(read(kind, raw)))));
export const map = (items, kind, body) => (items === null ? null : items.map((raw) => body(read(kind, raw))));

export function existsOne(items, kind, test) {
  const answers = map(items, kind, test);
  if (answers === null) return null;
  const hits = answers.filter((answer) => answer === true).length;
  return hits > 1 ? false : answers.includes(null) ? null : hits === 1;
}

export function filter(items, kind, test) {
  const answers = map(items, kind, test);
  return answers === null || answers.includes(null) ? null : items.filter((_, place) => answers[place]);
}

export const size = strict((value) =>
  typeof value === "string" ? whole([...value].length) : Array.isArray(value) ? whole(value.length) : null,
);
export const column = strict((rows, name) => rows.map((row) => own(row, name)));
export const index = strict((items, place, kind) =>
  place.d === 1n && place.n >= 0n && place.n < BigInt(items.length) ? read(kind, items[Number(place.n)]) : null,
);

const cells = (items, kind) => items.map((raw) => read(kind, raw));

export const sum = strict((items, kind) => {
  const values = cells(items, kind);
  if (kind === "duration") return values.length ? values.reduce(addDuration) : new Duration(0, "d");
  return values.reduce(add, whole(0));
});

export const mean = strict((items, kind) => {
  const total = sum(items, kind);
  if (total === null || !items.length) return null;
  const found = ratio(total.n, total.d * BigInt(items.length));
  return kind === "money" ? toFen(found) : found;
});

function extreme(items, kind, ahead) {
  if (items === null) return null;
  const values = cells(items, kind);
  if (!values.length || values.includes(null)) return null;
  return values.reduce((best, value) => {
    const found = best === null ? null : ahead(best, value);
    return found === null ? null : found ? value : best;
  });
}

export const least = (items, kind) => extreme(items, kind, (best, value) => lt(value, best, kind));
export const most = (items, kind) => extreme(items, kind, (best, value) => lt(best, value, kind));

export const weighted = strict((values, weights, kind) => {
  const loads = sum(weights, "number");
  const products = cells(values, kind).map((value, place) => mul(value, readNumber(weights[place])));
  const total = products.reduce(add, whole(0));
  const found = div(total, loads);
  return kind === "money" ? toFen(found) : found;
});

// texts

export const concat = strict((left, right) => ([...left, ...right].length <= 100_000 ? left + right : null));
export const startsWith = strict((text, part) => text.startsWith(part));
export const endsWith = strict((text, part) => text.endsWith(part));
export const contains = strict((text, part) => text.includes(part));

function narrow(sign_) {
  const code = sign_.codePointAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (code === 0x3000) return " ";
  return code >= 0xff5f && code <= 0xffee ? sign_.normalize("NFKC") : sign_;
}

const foldWidth = (text) => [...text].map(narrow).join("").replace(OUTER, "");
export const same = strict((left, right) => foldWidth(left) === foldWidth(right));
export const matches = strict((text, source) => ([...text].length <= 200 ? new RegExp(source, "u").test(text) : null));
