// The look: quiet, dense, one accent colour.
import { Badge, Button, type CSSVariablesResolver, createTheme, Modal, Table } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 9,
  autoContrast: true,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  defaultRadius: "md",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.4rem" }, h2: { fontSize: "1.1rem" } } },
  components: {
    Badge: Badge.extend({
      styles: { root: { textTransform: "none", minWidth: "max-content", fontWeight: 600 } },
    }),
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: "xs", highlightOnHover: true } }),
    Modal: Modal.extend({ defaultProps: { centered: true } }),
  },
});

/** The ink of tinted badges and buttons: the library's own is too pale to be read at this size. */
const ON_LIGHT = [
  ["teal", "#055c44"],
  ["orange", "#8f3604"],
  ["yellow", "#704500"],
  ["red", "#a61e1e"],
  ["blue", "#124f94"],
  ["gray", "#454c53"],
  ["cyan", "#0a5768"],
  ["grape", "#752490"],
];

/** Quiet text that can still be read on every ground of ours. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#59626b",
    "--mantine-color-placeholder": "#6b747d",
    ...Object.fromEntries(ON_LIGHT.map(([name, ink]) => [`--mantine-color-${name}-light-color`, ink])),
  },
  dark: { "--mantine-color-dimmed": "#a9b0b7", "--mantine-color-placeholder": "#8f969d" },
});
