// Counts, sizes, times and days as people read them.

const NUMBER = new Intl.NumberFormat("en");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function count(number, one = "", many = `${one}s`) {
  return one ? `${NUMBER.format(number)} ${number === 1 ? one : many}` : NUMBER.format(number);
}

export function bytes(size) {
  if (size < 1000) return count(size, "byte");
  const [amount, unit] = size < 1e6 ? [size / 1e3, "KB"] : size < 1e9 ? [size / 1e6, "MB"] : [size / 1e9, "GB"];
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}

/** Minor units as an amount of their currency; XXX is a currency that nobody named. */
export function money(minor, currency) {
  const known = currency && currency !== "XXX";
  const format = new Intl.NumberFormat("en", known ? { style: "currency", currency, currencyDisplay: "narrowSymbol" } : { minimumFractionDigits: 2 });
  const { maximumFractionDigits: decimals } = known ? format.resolvedOptions() : { maximumFractionDigits: 2 };
  return format.format(minor / 10 ** decimals);
}

export function elapsed(seconds) {
  const whole = Math.floor(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

export function seconds(number) {
  return number < 0.1 ? "under 0.1 s" : `${number.toFixed(1)} s`;
}

/** The calendar day as it is written in a moment: the shop's own day, whatever this computer's zone. */
export function day(moment) {
  const [year, month, date] = moment.slice(0, 10).split("-").map(Number);
  return MONTHS[month - 1] ? `${date} ${MONTHS[month - 1]} ${year}` : moment;
}

/** "8.4% within 90 days of 9 Dec 2011" -> ["8.4%", "within 90 days of 9 Dec 2011"] */
export function withHorizon(text) {
  const at = text.indexOf(" within ");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** occurred_at -> Occurred at */
export function plain(name) {
  const words = name.replaceAll("_", " ").replace(/\bid\b/g, "ID");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
