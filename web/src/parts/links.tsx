// Widgets that lead to another screen, with the router's types.
import { Anchor, type AnchorProps, Button, type ButtonProps, Menu, type MenuItemProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";
import { Code } from "./show";

type Native<P> = P &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P> & { ref?: Ref<HTMLAnchorElement> };

export const ButtonLink = createLink((props: Native<ButtonProps>) => <Button component="a" {...props} />);
export const AnchorLink = createLink((props: Native<AnchorProps>) => <Anchor {...props} />);
export const MenuLink = createLink((props: Native<MenuItemProps>) => <Menu.Item component="a" {...props} />);

/** A product's code that leads to its page. */
export function SkuLink({ sku }: { sku: string }) {
  return (
    <AnchorLink to="/products/$sku" params={{ sku }} size="sm">
      <Code>{sku}</Code>
    </AnchorLink>
  );
}
