// The camera as a person holds it before a label: the browser is given a video of one.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { launch, signIn, visit } from "./browser";
import { Company, PASSWORD } from "./company";

const WIDTH = 640;
const HEIGHT = 480;
const LABEL = 280;

let company: Company;
const folder = mkdtempSync(join(tmpdir(), "acopio-camera-"));

before(async () => {
  company = await Company.start();
  await company.product("TEA-1", "Green tea", { barcodes: ["4006381333931"] });
  await company.receive("LON", "TEA-1", 10);
});

after(async () => {
  await company?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** How bright each pixel of a picture is, in the middle of a white wall. */
async function brightness(page: Page, png: Buffer): Promise<Buffer> {
  const source = `data:image/png;base64,${png.toString("base64")}`;
  const pixels = await page.evaluate(
    async ([source, width, height, side]) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      context.fillStyle = "white";
      context.fillRect(0, 0, width, height);
      const tall = (side * image.height) / image.width;
      context.drawImage(image, (width - side) / 2, (height - tall) / 2, side, tall);
      const { data } = context.getImageData(0, 0, width, height);
      return Array.from({ length: width * height }, (_, at) => data[4 * at] ?? 0);
    },
    [source, WIDTH, HEIGHT, LABEL] as const,
  );
  return Buffer.from(pixels);
}

/** A video of one still picture, without colours. */
function video(picture: Buffer): string {
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`;
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const path = join(folder, "label.y4m");
  writeFileSync(path, Buffer.concat([Buffer.from(head), Buffer.from("FRAME\n"), picture, grey]));
  return path;
}

async function labelOf(sku: string): Promise<string> {
  const browser = await launch();
  const page = await (await visit(browser, company.url())).newPage();
  await signIn(page, "admin", PASSWORD);
  await page.goto(`/products/${sku}`);
  const code = await page.getByRole("img", { name: sku }).screenshot();
  const path = video(await brightness(page, code));
  await browser.close();
  return path;
}

test("a label before the camera is read by the decoder of our own server, and booked", async () => {
  const path = await labelOf("TEA-1");
  const browser = await launch(
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${path}`,
  );
  const page = await (await visit(browser, company.url())).newPage();
  // As on a telephone that has the browser's class and nothing behind it.
  await page.addInitScript(() => {
    Object.assign(window, { BarcodeDetector: { getSupportedFormats: async () => [] } });
  });
  await signIn(page, "admin", PASSWORD);
  await page.goto("/scan?warehouse=LON");
  await page.getByRole("button", { name: "Camera" }).click();
  await page.getByRole("button", { name: "Receive 1" }).click();
  await page.getByText("booked", { exact: true }).waitFor();
  assert.equal(await company.onHand("LON", "TEA-1"), 11);
  await browser.close();
});
