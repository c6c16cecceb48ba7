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

/** What every screen needs comes in a few files, not in one for each icon: a visit is not a hundred requests. */
const codeSplitting = {
  groups: [
    { name: "icons", test: /node_modules\/@tabler\// },
    {
      name: "library",
      test: /node_modules\/(react|react-dom|scheduler|react-i18next|i18next|openapi-fetch|idb|@floating-ui|@tanstack|@mantine\/(core|hooks|modals|notifications|spotlight))\//,
    },
    { name: "frame", test: /web\/src\/(api|frame|i18n|live|parts|session)\//, minShareCount: 2 },
  ],
};

export default defineConfig({
  plugins: [react(), pwa],
  build: {
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { output: { codeSplitting } },
  },
  server: { proxy },
  preview: { proxy },
  test: { include: ["src/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
