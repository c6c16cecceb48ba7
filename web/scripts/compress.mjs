// Writes a .br and a .gz beside every file of the build that gets smaller by it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const PACKED = /\.(js|css|svg|wasm|json|webmanifest|html)$/;
const BYTES_MIN = 1024;

for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !PACKED.test(entry.name)) continue;
  const file = `${entry.parentPath ?? entry.path}/${entry.name}`;
  const bytes = readFileSync(file);
  if (bytes.length < BYTES_MIN) continue;
  for (const [ending, pack] of [
    [".br", brotliCompressSync],
    [".gz", gzipSync],
  ]) {
    const packed = pack(bytes);
    if (packed.length < bytes.length) writeFileSync(file + ending, packed);
  }
}
