// Days of the reader's calendar as moments that the server understands.

/** Midnight at the beginning of a day, or so many days later; nothing for what is no day. */
function midnight(day: string, plus: number): string | undefined {
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return undefined;
  date.setDate(date.getDate() + plus);
  return date.toISOString();
}

/** Filters with their days as moments: `to` is meant with its whole day. */
export function withMoments<F extends { from?: string; to?: string }>({ from, to, ...rest }: F) {
  return { ...rest, from: from ? midnight(from, 0) : undefined, to: to ? midnight(to, 1) : undefined };
}
