// Reads codes from the camera: by the browser where it can, else by a decoder that is fetched from our own server.
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

type Decode = (video: HTMLVideoElement) => Promise<string | undefined>;

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (): Detector;
  getSupportedFormats(): Promise<string[]>;
}
declare global {
  interface Window {
    BarcodeDetector?: DetectorClass;
  }
}

/** What products and labels carry: a browser's own detector must read both. */
const FORMATS = ["ean_13", "qr_code"];

const LOOK_MS = 150;
const SAME_CODE_MS = 1500;

/** The browser's own detector. Some have the class and nothing behind it: those read no format. */
async function native(): Promise<Detector | undefined> {
  const known = (await window.BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  const isUseful = FORMATS.every((format) => known.includes(format));
  return isUseful && window.BarcodeDetector ? new window.BarcodeDetector() : undefined;
}

async function decoder(): Promise<Decode> {
  const detector = await native();
  if (detector) return async (video) => (await detector.detect(video))[0]?.rawValue;
  const [{ prepareZXingModule, readBarcodes }, wasm] = await Promise.all([
    import("zxing-wasm/reader"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  prepareZXingModule({ overrides: { locateFile: () => wasm.default } });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!context || video.videoWidth === 0) return undefined;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), {
      maxNumberOfSymbols: 1,
    });
    return found[0]?.text;
  };
}

interface Props {
  onCode: (code: string) => void;
  onFail: (text: string) => void;
}

export default function Camera({ onCode, onFail }: Props) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef({ onCode, onFail });
  tell.current = { onCode, onFail };
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isOver = false;
    let seen = { code: "", at: 0 };
    const look = async (decode: Decode) => {
      if (isOver || !video.current) return;
      const code = await decode(video.current).catch(() => undefined);
      const now = performance.now();
      if (code && (code !== seen.code || seen.at + SAME_CODE_MS < now)) {
        seen = { code, at: now };
        tell.current.onCode(code);
      }
      setTimeout(() => look(decode), LOOK_MS);
    };
    const start = async () => {
      try {
        if (!navigator.mediaDevices) throw new Error(t("scan.cameraNeedsHttps"));
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        if (isOver || !video.current) return stop();
        video.current.srcObject = stream;
        await video.current.play();
        look(await decoder());
      } catch (error) {
        tell.current.onFail(
          t("scan.cameraFailed", { why: error instanceof Error ? error.message : String(error) }),
        );
      }
    };
    const stop = () => {
      isOver = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void start();
    return stop;
  }, [t]);
  return (
    <video
      ref={video}
      muted
      playsInline
      aria-label={t("scan.camera")}
      style={{ width: "100%", maxHeight: 280, borderRadius: 8, background: "#000" }}
    />
  );
}
