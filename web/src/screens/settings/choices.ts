// What browsers know of currencies and time zones.

/** Every currency with its name in the reader's language. */
export function currencies(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language], { type: "currency" });
  return Intl.supportedValuesOf("currency").map((code) => ({
    value: code,
    label: `${code} · ${names.of(code) ?? code}`,
  }));
}

/** Every time zone, the present one among them whatever the browser calls it. */
export function zones(present: string): string[] {
  return [...new Set(["UTC", present, ...Intl.supportedValuesOf("timeZone")])].sort();
}
