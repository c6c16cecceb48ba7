import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const server = process.env.ACOPIO_SERVER ?? "http://127.0.0.1:8080";
const SERVED_BY_THE_NODE = ["/v1", "/openapi.json", "/docs", "/health", "/ready", "/metrics"];
const proxy = Object.fromEntries(SERVED_BY_THE_NODE.map((path) => [path, server]));

/** Makes the application installable and lets it open without a connection. Answers of the API are never kept. */
const pwa = VitePWA({
  registerType: "autoUpdate",
  injectRegister: "script",
  manifest: {
    name: "acopio",
    short_name: "acopio",
    description: "Inventory for many warehouses",
    display: "standalone",
    start_url: "/",
    background_color: "#f6f8f8",
    theme_color: "#0f5c5a",
    icons: [
      { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
      { src: "/icon.svg", sizes: "any", type: "image/svg+xml" },
    ],
  },
  workbox: {
    globPatterns: ["**/*.{js,css,html,svg}", "assets/inter-latin-wght-normal*.woff2"],
    navigateFallbackDenylist: SERVED_BY_THE_NODE.map((path) => new RegExp(`^${path}(/|$)`)),
    inlineWorkboxRuntime: true,
  },
});

export default defineConfig({
  plugins: [react(), pwa],
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 700 },
  server: { proxy },
  preview: { proxy },
  test: { include: ["src/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
