// Keys that work everywhere, and scanners that type: a code typed in one go and ended by Enter opens its product.
import { spotlight } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { findByCode } from "../api/find";
import { failed } from "../parts/tell";
import { PLACES } from "./navigation";

const SCANNER_KEY_MS = 60;
const CODE_LENGTH_MIN = 4;
const PREFIX_MS = 1200;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function useShortcuts() {
  const navigate = useNavigate();
  const { t } = useTranslation();
  useEffect(() => {
    let typed = "";
    let last = 0;
    let prefixed = 0;
    const open = async (code: string) => {
      try {
        const product = await findByCode(code);
        if (product) navigate({ to: "/products/$sku", params: { sku: product.sku } });
        else failed(new Error(t("palette.unknownCode", { code })));
      } catch (error) {
        failed(error);
      }
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const now = performance.now();
      typed = now - last < SCANNER_KEY_MS ? typed : "";
      last = now;
      if (event.key === "Enter" && typed.length >= CODE_LENGTH_MIN) {
        event.preventDefault();
        void open(typed);
        typed = "";
        return;
      }
      if (event.key.length === 1) typed += event.key;
      if (event.key === "/") {
        event.preventDefault();
        spotlight.open();
      } else if (event.key === "g") prefixed = now;
      else if (now - prefixed < PREFIX_MS) {
        prefixed = 0;
        const place = PLACES.find(({ key }) => key === event.key);
        if (place) navigate({ to: place.to });
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, t]);
}
