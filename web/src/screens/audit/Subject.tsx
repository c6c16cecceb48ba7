// The record that a deed is about, as a link where it has a screen.
import { Text } from "@mantine/core";
import { AnchorLink, SkuLink } from "../../parts/links";
import { Code } from "../../parts/show";

interface Props {
  subject: string;
  name?: string | null;
}

export function Subject({ subject, name }: Props) {
  const [kind = "", ...rest] = subject.split("/");
  const key = rest.join("/");
  if (kind === "product") {
    return (
      <>
        <SkuLink sku={key} />
        {name && <Text size="sm">{name}</Text>}
      </>
    );
  }
  if (kind === "transfer") {
    return (
      <AnchorLink to="/transfers/$id" params={{ id: key }} size="sm">
        <Code>{key}</Code>
      </AnchorLink>
    );
  }
  if (kind === "import") {
    return (
      <AnchorLink to="/imports/$id" params={{ id: key }} size="sm">
        <Code>{name ?? key.slice(0, 8)}</Code>
      </AnchorLink>
    );
  }
  return name ? <Text size="sm">{name}</Text> : <Code>{key}</Code>;
}
