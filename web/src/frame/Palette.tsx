// Search and commands in one place: products by any word or code, and every screen.
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconPackage, IconPlus, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../api/client";
import { useAges } from "../live/ages";
import { quantity } from "../parts/show";
import { useSession } from "../session/session";
import { PLACES } from "./navigation";

export function Palette() {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const { stale } = useAges();
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 120);
  const found = useQuery({
    queryKey: ["products", "palette", wanted],
    queryFn: ({ signal }) =>
      call(api.GET("/v1/products", { params: { query: { q: wanted, limit: 8 } }, signal })),
    enabled: wanted !== "",
    placeholderData: keepPreviousData,
  });
  const products: SpotlightActionData[] = (wanted ? (found.data?.items ?? []) : []).map((product) => ({
    id: `product-${product.sku}`,
    label: product.name,
    description: [
      product.sku,
      `${t("word.available")} ${quantity(product.available)} ${product.unit.name}`,
      ...(0 < stale.length ? [t("age.oldIn", { places: stale.join(", ") })] : []),
    ].join(" · "),
    leftSection: <IconPackage size={20} stroke={1.5} />,
    onClick: () => navigate({ to: "/products/$sku", params: { sku: product.sku } }),
  }));
  const matches = (label: string) => label.toLowerCase().includes(text.trim().toLowerCase());
  const places: SpotlightActionData[] = PLACES.filter((place) => may(place.needs)).map((place) => ({
    id: place.to,
    label: t(`nav.${place.name}`),
    leftSection: <place.icon size={20} stroke={1.5} />,
    onClick: () => navigate({ to: place.to }),
  }));
  if (may("manager")) {
    places.push({
      id: "new",
      label: t("product.new"),
      leftSection: <IconPlus size={20} stroke={1.5} />,
      onClick: () => navigate({ to: "/products/new" }),
    });
  }
  const actions: SpotlightActionGroupData[] = [
    { group: t("palette.products"), actions: products },
    { group: t("palette.places"), actions: places.filter(({ label }) => matches(label ?? "")) },
  ].filter((group) => group.actions.length > 0);
  return (
    <Spotlight
      actions={actions}
      query={text}
      onQueryChange={setText}
      filter={(_, all) => all}
      shortcut={["mod + K"]}
      nothingFound={t("palette.nothing")}
      scrollable
      maxHeight="70dvh"
      searchProps={{
        leftSection: <IconSearch size={20} stroke={1.5} />,
        placeholder: t("palette.placeholder"),
        "aria-label": t("palette.placeholder"),
      }}
    />
  );
}
