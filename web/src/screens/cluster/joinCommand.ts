// The command by which a new machine joins, as it is typed there.

export interface Joining {
  node: string;
  hub: string;
  warehouse: string;
  name: string;
}

/** A word of a shell's command line: quoted where it must be. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function joinCommand({ node, hub, warehouse, name }: Joining): string {
  const lines = [
    "acopio serve",
    "--data ./acopio",
    `--node ${word(node || "NAME")}`,
    `--join ${word(hub || "HUB")}`,
    "--join-token-file ./join-token",
  ];
  if (warehouse) lines.push(`--warehouse ${word(name ? `${warehouse}=${name}` : warehouse)}`);
  return lines.join(" \\\n  ");
}
