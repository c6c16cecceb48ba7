import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.ACOPIO_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 700 },
  server: { proxy: { "/v1": server, "/openapi.json": server, "/docs": server, "/health": server } },
});
