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

/** Quiet text that can still be read on every ground of ours. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-dimmed": "#59626b", "--mantine-color-placeholder": "#6b747d" },
  dark: { "--mantine-color-dimmed": "#a9b0b7", "--mantine-color-placeholder": "#8f969d" },
});
