// Reads filters out of the address bar; what is none is left out.

type Raw = Record<string, unknown>;

/** The texts of these names; numbers too, since the router reads `q=12` as one. */
export function texts<N extends string>(raw: Raw, ...names: N[]): Partial<Record<N, string>> {
  const found: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = raw[name];
    if ((typeof value === "string" && value !== "") || typeof value === "number") found[name] = String(value);
  }
  return found;
}

/** The name with its value where that is one of these. */
export function oneOf<N extends string, V extends string>(
  raw: Raw,
  name: N,
  values: readonly V[],
): Partial<Record<N, V>> {
  const value = values.find((known) => known === raw[name]);
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<N, V>>);
}
