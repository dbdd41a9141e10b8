// Amounts, dates and sentences for people. Pure but for the reader's locale and time zone.

// How many digits of an amount stand behind the point as Stripe sends it; all others have two, also
// ISK and UGX, which have no smaller unit but come in hundredths (docs.stripe.com/currencies). The
// browser's own table cannot be asked for that: it says how people write, and MGA, ISK, UGX and HUF differ.
const digitsOf = new Map([
    ...'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ').map((each) => [each, 0]),
    ...'bhd jod kwd omr tnd'.split(' ').map((each) => [each, 3]),
]);

export function minorDigits(currency) {
    return digitsOf.get(currency.toLowerCase()) ?? 2;
}

// "€29.00", "¥5,000", "KWD 1.250". `amount` is a whole number of the currency's smallest unit.
export function money(amount, currency, locale) {
    const digits = minorDigits(currency);
    const value = amount / 10 ** digits;
    const style = {style: 'currency', currency: currency.toUpperCase()};
    const usual = new Intl.NumberFormat(locale, style).resolvedOptions().maximumFractionDigits;
    // Hundredths of a currency that is written without any are shown only where there are some.
    const shown = digits > usual && amount % 10 ** (digits - usual) === 0 ? usual : digits;
    return new Intl.NumberFormat(locale, {
        ...style,
        minimumFractionDigits: shown,
        maximumFractionDigits: shown,
    }).format(value);
}

const hour = 3_600_000;

// The day of an RFC 3339 time where the reader is; with the hour if it is less than two days away.
export function day(time, locale, now = Date.now()) {
    const at = new Date(time);
    const near = Math.abs(at.getTime() - now) < 48 * hour;
    const style = near ? {dateStyle: 'long', timeStyle: 'short'} : {dateStyle: 'long'};
    return new Intl.DateTimeFormat(locale, style).format(at);
}

// "Ends on {date}." with its values; null where one of them is not known: a sentence says all or nothing.
export function fill(template, values) {
    let whole = true;
    const text = template.replace(/\{(\w+)\}/g, (_, name) => {
        whole &&= values[name] !== undefined && values[name] !== null;
        return String(values[name]);
    });
    return whole ? text : null;
}

export function counted(forms, count, locale) {
    const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other;
    return fill(form, {count: new Intl.NumberFormat(locale).format(count)});
}

// "patients_max" for who gave it no name.
export function spelled(key) {
    const words = key.replaceAll('_', ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
}
