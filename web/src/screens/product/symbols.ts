// Draws barcodes; what does it is read only where a code is shown.
import { useQuery } from "@tanstack/react-query";

export type Format = "QRCode" | "EAN13" | "EAN8" | "UPCA" | "ITF" | "Code128";

/** The symbol that scanners expect for a barcode. */
export function symbolOf(code: string): Format {
  if (/^\d{13}$/.test(code)) return "EAN13";
  if (/^\d{12}$/.test(code)) return "UPCA";
  if (/^\d{8}$/.test(code)) return "EAN8";
  if (/^\d{14}$/.test(code)) return "ITF";
  return "Code128";
}

async function draw(text: string, format: Format): Promise<string> {
  const [{ prepareZXingModule, writeBarcode }, wasm] = await Promise.all([
    import("zxing-wasm/writer"),
    import("zxing-wasm/writer/zxing_writer.wasm?url"),
  ]);
  prepareZXingModule({ overrides: { locateFile: () => wasm.default } });
  const written = await writeBarcode(text, { format, scale: 4, addQuietZones: true });
  if (written.error || !written.svg) throw new Error(written.error || "no symbol");
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written.svg)}`;
}

/** The address of a picture of a code. */
export function useBarcode(text: string, format: Format) {
  return useQuery({
    queryKey: ["barcode", format, text],
    queryFn: () => draw(text, format),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
